"""The parts and fields of a mail as they stand in its bytes: any bytes, in linear time, raising nothing."""
