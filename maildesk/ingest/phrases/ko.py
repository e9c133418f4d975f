"""Korean. The verb of an attribution stands at its end, so only whole endings are listed."""

from maildesk.ingest.phrases import Phrases

PHRASES = Phrases(
    wrote=("작성", "쓴 글", "썼습니다", "작성했습니다", "작성하였습니다", "보낸 메시지", "님의 말"),
    sender=("보낸 사람", "보낸사람", "보낸이", "발신", "발신인"),
    to=("받는 사람", "받는사람", "받는이", "수신"),
    cc=("참조",),
    subject=("제목",),
    date=("보낸 날짜", "보낸날짜", "보낸 시간", "날짜", "일시"),
    other=("숨은 참조", "회신 주소", "첨부"),
    separators=("원본 메일", "원본메일", "원본 메시지", "원본메시지", "원문", "original message"),
    forwarded=("전달된 메시지", "전달된메시지", "전달된 메일", "전달 메시지"),
    devices=(
        "내 iphone에서 보냄",
        "나의 iphone에서 보냄",
        "내 ipad에서 보냄",
        "나의 ipad에서 보냄",
        "내 galaxy에서",
        "iphone에서 보냄",
        "android용 outlook",
        "ios용 outlook",
        "outlook for ",
        "삼성 휴대폰에서",
        "windows용 메일에서 보냄",
        "네이버 메일 앱에서",
    ),
    closings=("드림", "올림"),
    out_of_office=("자동 회신", "자동회신", "자동 응답", "자동응답", "부재중", "부재 중"),
)
