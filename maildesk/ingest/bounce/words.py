"""The words by which mail servers say that a letter did not arrive, in the languages they speak: data and nothing else.

All in lower case, with single spaces. A phrase that people also write to a helpdesk is worth nothing without a sign
of a machine; `suspicion` weighs them.
"""

from typing import Final


def listed(words: str) -> tuple[str, ...]:
    """Words between bars, each once, in their order."""
    return tuple(dict.fromkeys(word.strip() for word in words.split("|") if word.strip()))


#: In the subject of a report, anywhere.
SUBJECTS: Final = listed(
    "undeliver|delivery status notification|delivery failure|delivery failed|delivery notification|delivery report"
    "|delivery has failed|delivery problem|delivery error|delivery warning|delivery delayed|delivery incomplete"
    "|delivery unsuccessful|error during delivery|failure delivery|mail delivery|message delivery|email delivery"
    "|failure notice|failure notification|notification of failure|mail failure|mail failed|message failed"
    "|failed delivery|failed mail|failed to deliver|message failure|could not deliver|could not be delivered"
    "|couldn't be delivered|can not be delivered|cannot be delivered|cannot deliver|unable to deliver"
    "|was not delivered|not delivered|not been delivered|returned mail|returned to sender|return to sender"
    "|returning to sender|returned email|returned e-mail|returned message|returning message|mail returned"
    "|message returned|mail system error|mail error|non-delivery|nondelivery|nondeliverable|non delivery|non remis"
    "|bounced mail|delayed mail|mail delay|message delayed|still being retried|warning: could not send"
    "|warning: message |user unknown|unknown user|unknown recipient|no such user|mailbox full|mailbox is full"
    "|quota exceeded|rejected mail|automatically rejected|mail rejected|message rejected|message blocked"
    "|blocked by our|postmaster notify|are not member|loop alert|error sending|contents from you|email from you"
    "|email, apparently from you|viruses detected|virus in your|virus in mail|non-deliverable|not deliverable"
    # German
    "|zustellfehler|unzustellbar|nicht zustellbar|nicht zugestellt|zustellung fehlgeschlagen|zustellungsfehler"
    "|zustellbenachrichtigung|zustellung der e-mail|übermittlung fehlgeschlagen|rückläufer"
    "|benachrichtigung über den zustellstatus|benachrichtigung zum übermittlungsstatus"
    # Norwegian, Danish, Swedish, Finnish, Icelandic
    "|kan ikke leveres|kunne ikke leveres|kan ikkje leverast|ikke levert|ikke leveret|returnert e-post"
    "|returnert melding|leveringsfeil|leveringsfejl|leveringsstatus|varsel om leveringsstatus|mislykket levering"
    "|kunne ikke sendes|kan inte levereras|kunde inte levereras|går inte att leverera|olevererbart|olevererat"
    "|leveransfel|leveransmeddelande|toimittaminen epäonnistui|toimitus epäonnistui|ei voitu toimittaa"
    "|ei voida toimittaa|ei voi toimittaa|toimittamatta|ei toimitettu|ekki hægt að afhenda"
    # French
    "|échec de la remise|echec de la remise|échec de remise|échec de distribution|non remis|n'a pas pu être remis"
    "|n'a pu être remis|notification d'état de remise|notification d'échec|message non distribué|avis de non remise"
    "|avis de non-remise|retour de mail"
    # Spanish, Portuguese, Italian, Catalan, Romanian
    "|notificación de estado de entrega|notificación del estado de entrega|no se puede entregar|no se pudo entregar"
    "|no se ha podido entregar|no entregado|error de entrega|fallo en la entrega|fallo de entrega|correo devuelto"
    "|mensaje devuelto|não entregue|não foi possível entregar|falha na entrega|falha de entrega"
    "|notificação de status de entrega|notificação de estado da entrega|mensagem devolvida|mancata consegna"
    "|mancato recapito|impossibile recapitare|impossibile consegnare|non recapitabile"
    "|notifica sullo stato del recapito|notifica di mancato recapito|messaggio non consegnato|no lliurat|nelivra"
    # Dutch
    "|onbestelbaar|niet bezorgd|niet afgeleverd|bezorging mislukt|kan niet worden bezorgd"
    # Polish, Czech, Slovak, Hungarian, Slovene, Croatian, the Baltic
    "|niedostarcz|nie dostarczono|nie można dostarczyć|zwrot wiadomości|powiadomienie o stanie dostarczenia"
    "|nedoručiteln|nedoručen|nedoručit|oznámení o stavu doručení|kézbesíthetetlen|kézbesítési hiba"
    "|kézbesítés sikertelen|ni bilo mogoče dostaviti|nije isporučen|nepavyko pristatyti|niedoręczaln"
    "|imposibil de livrat|nu poate fi livrat|nu a putut fi livrat|nedostavljivo|neisporučivo|ni mogoče dostaviti"
    "|neįmanoma pristatyti|nepristatyta|nevar piegādāt|nav piegādājams|edastamatu|ei saa edastada"
    # Turkish, Greek
    "|teslim edilemedi|teslim edilemeyen|iletilemedi|αδυναμία παράδοσης|αποτυχία παράδοσης|αδύνατο να παραδοθεί"
    "|δεν παραδόθηκε|δεν είναι δυνατή η παράδοση"
    # Russian, Ukrainian, Bulgarian
    "|недоставлен|не доставлен|не удалось доставить|невозможно доставить|возврат письма|не удается доставить"
    "|не удаётся доставить|не может быть доставлено|письмо возвращено|не вдалося доставити|недоставлене"
    "|лист не доставлено|недоставимо|неуспешна доставка"
    "|уведомление о состоянии доставки|ошибка доставки|сбой доставки|неможливо доставити|не може да бъде доставен"
    # Hebrew, Arabic
    "|לא ניתן למסירה|לא נמסר|לא ניתן להעביר|تعذر التسليم|لم يتم تسليم|غير قابل للتسليم|فشل التسليم|تعذر تسليم"
    # Japanese, Chinese, Korean, Vietnamese, Thai, Indonesian
    "|配信不能|配信エラー|配信失敗|配信できません|配送不能|配送エラー|配達不能|未配信|未達|送信エラー"
    "|送信できません|メールエラー|エラーメール|エラー通知|宛先不明|退信|退件|投递失败|投递失敗|无法投递|無法投遞"
    "|未送达|無法傳遞|无法送达|傳送失敗|发送失败|发送不成功|传递失败|传递状态通知|系统退信|전송 실패|전송실패"
    "|발송 실패|발송실패|반송|배달되지 못|배달 실패|배달할 수 없|배달 상태|배달되지 않|전송되지 못|수신 거부"
    "|không gửi được|gửi không thành công|không thể gửi|ไม่สามารถส่ง|ส่งไม่ได้|tidak terkirim|gagal terkirim"
    "|tidak dapat dikirim|tidak dapat disampaikan|未传递|未递送|未傳遞|未能传递|未能送达|無法送達|배달되지 않음"
)

#: What only a machine says of itself or of "your message", near the beginning of a report.
OPENINGS: Final = listed(
    "this is the mail system|this is the qmail-send program|this is the mail delivery|this is the postfix program"
    "|this is the dragonfly mail agent|this is the smtp server|this is a mail delivery"
    "|this is an automatically generated delivery status|this is an automatically-generated delivery status"
    "|this is an automatic delivery|this is a delivery failure|this is a non-delivery"
    "|this is the machine generated message|this is a permanent error|this report relates to a message you sent"
    "|this report relates to your message|this message was created automatically by|this message is generated by"
    "|the original message was received at|the following message to <|your message was automatically rejected"
    "|was automatically rejected|your message to |your message was not delivered"
    "|your message has not been delivered|your message could not be delivered|your message couldn't be delivered"
    "|your message wasn't delivered|your message cannot be delivered|your message did not reach"
    "|your mail message to|your mail could not be delivered|your mail to the following|your mail sent on"
    "|your email could not be delivered|your e-mail could not be delivered|your email was not delivered"
    "|did not reach the following recipient|a message that you sent could not be delivered|a message (from <"
    "|a message you sent|a message that you have sent|an error occurred while trying to deliver"
    "|error sending your mail|error occurred when delivering|there was an error delivering your mail"
    "|there was a problem delivering your|could not be delivered to the following"
    "|could not be delivered to one or more|could not be delivered to:|could not be delivered. the problem"
    "|could not be delivered for the following|could not deliver the following message"
    "|could not deliver your message|could not deliver mail to|couldn't be delivered to"
    "|cannot be delivered to the following|cannot deliver mail to|can't deliver|unable to deliver message to"
    "|unable to deliver your message|unable to deliver the following|unable to deliver to the following"
    "|unable to deliver mail|wasn't able to deliver|were unable to deliver|was unable to deliver|was undeliverable"
    "|is undeliverable|undeliverable to the following|undeliverable message|undelivered message"
    "|delivery to the following|delevery to the following|delivery of email to this address|delivery has failed"
    "|delivery failed|delivery failure|delivery attempt|delivery status notification|not delivered to the following"
    "|has not been delivered to|has not yet been delivered|had permanent fatal errors"
    "|had transient non-fatal errors|had permanent delivery errors|had delivery problems|had delivery errors"
    "|transcript of session follows|failed recipients|failed addresses follow|following addresses failed"
    "|following address(es) failed|following recipients failed|following recipient(s) could not be reached"
    "|following recipients could not be reached|recipient(s) cannot be reached"
    "|we regret to inform you that your message|we were not able to deliver|could not be sent to the following"
    "|has been blocked|was rejected by|has been rejected|had to be rejected|rejected by the recipient"
    "|invalid user address|no valid recipients were found|there is no user by that name|no such user here"
    "|unknown user:|user unknown|has been postponed|you are not a member of this mailing list"
    "|you are not allowed to post to this mailing list|duplicated message-id in|message to the following recipient"
    "|the user you are trying to contact|the recipient name is not recognized|the e-mail account does not exist"
    "|the email account that you tried to reach"
    # German
    "|ihre nachricht konnte nicht|ihre e-mail konnte nicht|konnte nicht zugestellt werden"
    "|konnte an einen oder mehrere empfänger nicht|konnte nicht an|konnte nicht übermittelt werden"
    "|nicht zugestellt werden|fehler bei der nachrichtenzustellung|fehler bei der zustellung"
    "|die folgende adresse ist fehlgeschlagen|hat folgende empfänger nicht erreicht|wurde automatisch erzeugt"
    "|postfach des empfängers ist voll"
    # Norwegian, Danish, Swedish, Finnish
    "|meldingen din kunne ikke leveres|meldingen kunne ikke leveres|kunne ikke leveres til|kan ikke leveres til"
    "|nådde ikke følgende mottaker|levering til følgende|levering mislyktes|din e-post kunne ikke"
    "|e-posten din kunne ikke|meddelelsen kunne ikke leveres|din meddelelse kunne ikke|nåede ikke følgende modtager"
    "|levering til disse modtagere|meddelandet kunde inte levereras|ditt meddelande kunde inte|ditt meddelande till"
    "|nådde inte följande mottagare|det gick inte att leverera|leverans till följande|viestiä ei voitu toimittaa"
    "|viestisi toimittaminen|toimitus seuraaville vastaanottajille|toimitus epäonnistui seuraaville"
    # French
    "|n'a pas pu être remis|n'a pas pu etre delivre|n'a pas pu être délivré|n'a pas pu être distribué"
    "|n'a pas pu être livré|n'a pas pu être acheminé|n'est pas parvenu aux destinataires|n'a pas été remis"
    "|échec de la remise|impossible de remettre votre message"
    # Spanish, Portuguese, Italian
    "|no se pudo entregar|no se ha podido entregar|no pudo ser entregado|no ha podido ser entregado"
    "|error en la entrega a estos destinatarios|no se puede entregar|no se encontró a|no se ha entregado"
    "|não pôde ser entregue|não foi possível entregar|não foi entregue|falha na entrega"
    "|a entrega a estes destinatários falhou|non è stato possibile recapitare|non è stato possibile consegnare"
    "|impossibile recapitare|impossibile consegnare|recapito non riuscito|non può essere consegnato"
    "|non ha raggiunto i seguenti destinatari"
    # Dutch
    "|kan niet worden bezorgd|kon niet worden bezorgd|kon niet worden afgeleverd|bezorging bij de volgende"
    "|uw bericht is niet bezorgd"
    # Polish, Czech, Slovak, Hungarian
    "|nie można dostarczyć|nie została dostarczona|nie mogła zostać dostarczona|nie powiodło się dostarczenie"
    "|zprávu nelze doručit|zprávu se nepodařilo doručit|vaši zprávu nebylo možné doručit|nepodarilo sa doručiť"
    "|nem sikerült kézbesíteni|nem kézbesíthető"
    # Turkish
    "|teslim edilemedi|iletiniz teslim"
    # Russian, Ukrainian
    "|не удалось доставить|не может быть доставлено|не было доставлено|невозможно доставить|письмо не доставлено"
    "|не вдалося доставити"
    # Hebrew, Arabic
    "|לא ניתן היה למסור|تعذر تسليم"
    # Japanese, Chinese, Korean
    "|送信できませんでした|配信できませんでした|配送できませんでした|配達できませんでした|配信に失敗"
    "|お届けできませんでした|届けることができませんでした|エラーが発生|宛先が見つかりません|メールボックスが一杯"
    "|受信者に配信|无法投递|無法投遞|无法送达|未能送达|无法发送到指定|无法传递|投递失败|发送失败|退回"
    "|抱歉，您的邮件|전달하지 못|전송하지 못|전송되지 못|발송되지 못|배달하지 못|배달되지 못|배달할 수 없"
    "|전송에 실패|발송에 실패|반송"
)

#: Words at which the returned mail begins; what stands below them is nothing that the server says.
RETURNED: Final = listed(
    "original message|original mail|original e-mail|original email|original headers|returned message|returned mail"
    "|unsent message|undelivered message|message header follow|message headers follow|message header:"
    "|message text follows|message follows|header follows|headers follow|copy of the message|copy of your message"
    "|copy of the original|copy of the first part|copy of the header|start of returned|header of the original"
    "|headers of the original|headers of the message|first 50 lines|first lines of|below this line"
    "|message body follows|message is attached|ursprüngliche nachricht|kopfzeilen der|kopie der nachricht"
    "|opprinnelig melding|ursprungligt meddelande|oprindelig meddelelse|message d'origine|message original"
    "|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|исходное сообщение"
    "|元のメッセージ|元のメール|原始邮件|원본 메시지|원본 메일"
)

#: The server goes on trying.
DELAYED: Final = listed(
    "delayed|will be retried|will retry|will continue to try|will keep trying|still trying|still being retried"
    "|not yet been delivered|this is a warning message only|this is a warning only|warning message only"
    "|do not need to resend|don't need to resend|has been postponed|temporarily deferred|delivery incomplete"
    "|delivery attempts will continue|verzögert|forsinket|försenad|retardé|retrasad|atrasad|ritardo|vertraagd"
    "|задерж|遅延|延迟|지연"
)
#: It has given up, whatever else it says of delays.
GIVEN_UP: Final = listed("given up|giving up|too long|no further attempt|permanent|failed|not try again")
