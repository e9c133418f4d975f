"""Who really wrote a mail, as far as its bytes, its way here and the DNS can tell. For desks whose own mail server does
not say so: maildesk is the MX itself (auth.mx), or agents' domains are pinned (auth.pinned_domains). Else nothing of
this runs, and no DNS is asked.

examiners   the door: has mails examined by processes that may be killed, within seconds
worker      such a process        examine     one mail, all methods, said in the words of RFC 8601
signatures  DKIM                  replay      a good signature on a mail that may be an old one
envelope    SPF                   dmarc       the sender's policy, and what is aligned
chain       ARC                   lookups     the DNS, cached and limited in time
question    what is asked of a process
"""
