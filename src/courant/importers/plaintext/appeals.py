"""Sentences in which a page speaks to its reader: open forms, held to stricter conditions."""

from courant.importers.plaintext.prompts import (
    ASK,
    AUDIO,
    COPYRIGHT,
    FOLLOW,
    LETTER,
    LINK,
    NETWORK,
    NEWSLETTER,
    PAGE,
    ROZSYLKA,
    SHARE,
    SUPPORT,
)

# Each begins with its verb and names its object; who reports speech is no appeal (see boilerplate).
APPEALS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (NEWSLETTER, (
        rf"(?:sign ?up|register|subscribe|join|try|get|receive)\b.{{0,140}}\b{LETTER}\b.{{0,140}}",
        rf"(?:want|like|enjoy|love)\b.{{0,80}}\?.{{0,60}}\b{LETTER}\b.{{0,80}}",
        rf"(?:the|our)\b.{{1,80}}\b{LETTER}\b.{{0,140}}[.!] (?:sign up|subscribe|register)\b"
        r".{0,30}",
        r".{0,100}\b(?:in|to|into|straight to|delivered to) your (?:e-?mail )?inbox\b.{0,80}",
        r"thank(?:s| you) for reading\b.{0,80}[.!] ?.{0,40}\b(?:subscribe|share|sign up|post is "
        r"public)\b.{0,120}|.{1,80}\bis a reader-supported (?:publication|newsletter)\b.{0,160}",
        r"thank(?:s| you) for (?:signing up|subscribing|registering|joining)\b.{0,200}",
        r"(?:we(?:'ve| have)|you(?:'ll| will)) (?:sent|send|receive|get)\b.{0,60}\b(?:confirmation|"
        r"e-?mail)\b.{0,100}",
        r"(?:success!? )?(?:please )?check your (?:inbox|e-?mail|spam)\b.{0,120}",
        r"by (?:signing up|subscribing|clicking|entering|submitting|registering|providing|"
        r"continuing|joining)\b.{0,80}\b(?:agree|accept|consent|acknowledge)\b.{0,240}",
        r"(?:you can |you may )?unsubscribe\b.{0,80}|no spam\b.{0,80}|we (?:never|will not|won't) "
        r"(?:share|spam|sell)\b.{0,80}|this (?:site|form) is protected by recaptcha.{0,160}",
        r"you(?:'re| are) (?:now |all )?(?:subscribed|signed up|set|on the list)\b.{0,80}",
        rf"(?:підпис\w+|підпиш\w+|отримуйте|отримувати|хочете отримувати)\b.{{0,100}}\b{ROZSYLKA}"
        r"\b.{0,120}",
        r"дякуємо(?:,? що)? (?:за підписку|підписалися|за реєстрацію)\b.{0,160}",
        r"ми (?:щойно )?(?:надіслали|відправили)\b.{0,80}\b(?:лист\w*|підтвердженн\w*)\b.{0,80}",
        r"(?:перевірте|підтвердьте)\b.{0,60}\b(?:пошт\w+|підписк\w+|адрес\w+|скриньк\w+)\b.{0,60}",
    )),
    (FOLLOW, (
        rf"follow\b.{{1,60}}\b(?:on|via|at|in)\b.{{0,20}}\b{NETWORK}\b.{{0,200}}",
        rf"(?:join|subscribe to|like|find|follow|connect with|visit)\b (?:us|our|the)\b.{{0,60}}\b"
        rf"(?:{NETWORK}|channels?|community|group|page)\b.{{0,80}}",
        r"follow .{1,60}\bcoverage\b.{0,20}(?:\bat|\bon|here|:).{1,80}",
        r"follow us|follow (?:the )?(?:author|topic|story)|stay connected|get (?:our|"
        r"the) app\b.{0,40}",
        r"download\b.{0,40}\bapp\b.{0,80}",
        rf"(?:підпи\w+|стежте|слідкуйте|долучайтес[яь]|приєднуйтес[яь]|читайте нас)\b.{{0,80}}\b"
        rf"(?:{NETWORK}|google|канал\w*|сторінк\w+|соцмереж\w+|групу?)\b.{{0,100}}",
    )),
    (SHARE, (
        r"(?:enjoyed|liked|like|love) (?:this|what you)\b.{0,60}\bshare\b.{0,60}",
        r"share (?:this|the|our) (?:article|story|page|post|piece)\b.{0,60}",
        r"(?:сподобалас[яь]|сподобався)\b.{0,40}\bподіліться\b.{0,60}",
    )),
    (AUDIO, (
        r"(?:this|the) (?:audio|recording|narration|voice|podcast|article|"
        r"story)(?: version)? (?:is|was"
        r"|has been|were) (?:auto-?(?:matically)?[ -]?|partly )?(?:created|generated|produced|made|"
        r"narrated|voiced|read)\b.{0,40}\b(?:ai|a\.i\.|artificial intelligence|"
        r"text[ -]to[ -]speech|"
        r"automated|automatically|synthetic|machine|computer)\b.{0,120}",
        r"(?:ai|auto|automated|computer)[ -]?(?:generated|narrated|voiced|created)\b.{0,60}",
        r"listen to (?:this|the|our)\b.{0,80}",
        r"(?:це |цю |цей )?(?:аудіо|озвучення|озвучку|статтю|текст|"
        r"матеріал)\b.{0,30}\b(?:створен\w+|"
        r"озвучен\w+|згенерован\w+|начитан\w+)\b.{0,60}\b(?:ші|штучн\w+ інтелект\w*|автоматичн\w+|"
        r"синтез\w+)\b.{0,60}",
        r"озвучено (?:за допомогою )?(?:ші|штучн\w+ інтелект\w*)\b.{0,40}",
    )),
    (LINK, (
        r"(?:read|see|hear|watch)(?: (?:more|also|next|now|this|the full (?:story|"
        r"report)))(?: (?:on|"
        r"about|from|here|at))?:\s?.{1,240}|also read(?: on .{1,40})?:\s?.{1,240}|"
        r"(?:related|recommended|more|next|background|in depth|go deeper)(?: (?:stor(?:y|ies)|"
        r"articles?|reading|coverage|reads?|news))?:\s.{1,240}",
        r"read more (?:about|on|from|here|of)\b.{0,120}|(?:click|tap) here\b.{0,100}|"
        r"more (?:from|by|stories from) .{1,60}",
        r"(?:також )?(?:читайте|дивіться|слухайте|детальніше|докладніше|більше)(?: (?:також|ще|"
        r"про це|"
        r"за темою|на тему|по темі))?:\s?.{1,240}|також (?:читайте|дивіться):?\s?.{1,240}|"
        r"(?:читайте|дивіться) також\b.{1,240}|(?:за темою|по темі|на цю тему):\s?.{1,240}",
    )),
    (SUPPORT, (
        r".{0,320}\b(?:please|consider|by) (?:becoming (?:a|our) (?:member|patron|supporter)|"
        r"supporting "
        r"(?:us|our)|donating|making a (?:donation|contribution))\b.{0,160}",
        r"(?:support|help|donate|contribute|become|join)\b(?! for\b).{0,60}\b(?:our|us|"
        r"independent|quality)\b"
        r".{0,60}\b(?:journalism|newsroom|reporting|work|members?|readers|donation|contribution)\b"
        r".{0,120}",
        r"(?:підтрима\w+|станьте|допоможіть)\b.{0,60}\b(?:нас|нашу|нам|редакці\w+|журналістик\w+|"
        r"спільнот\w+|видання)\b.{0,120}",
        r".{0,320}\b(?:readers|members|supporters|people) like you\b.{0,200}",
        r".{0,200}\b(?:станьте|ставайте|долучайтес[яь]|приєднуйтес[яь])\b.{0,40}\b(?:спільноти|клубу|"
        r"читачів|читачем|другом|патроном|патронами)\b.{0,160}",
        r"already a (?:subscriber|member)\?.{0,40}|(?:subscribe|sign in|log in|register) to "
        r"(?:continue|keep|read|unlock)\b.{0,60}",
    )),
    (ASK, (
        r"(?:(?:do you )?have|got) (?:an? |any )?(?:tip|news tip|story|question|feedback|opinion|"
        r"information)s?\b"
        r".{0,60}\?.{0,160}|(?:send|e-?mail) (?:us )?(?:your )?(?:a )?(?:news )?(?:tips?|feedback|"
        r"story ideas)\b.{0,120}",
        r"(?:spotted|found|noticed|see|report) (?:an? )?(?:error|mistake|typo|"
        r"correction)s?\b.{0,120}",
        r"(?:якщо ви )?(?:помітили|знайшли|побачили)\b.{0,20}\bпомилк\w\b.{0,140}",
        r"contact (?:us|the (?:author|reporter|newsroom|editors?))\b.{0,100}",
        r"get in touch\b.{0,100}",
        r"(?:маєте|є) (?:новину|інформацію|тему)\b.{0,20}\?.{0,100}",
    )),
    (COPYRIGHT, (
        r"this (?:material|article|story|content) (?:may|can) not be (?:published|reproduced|"
        r"copied)"
        r"\b.{0,200}|(?:reproduction|republication|redistribution)\b.{0,100}\b(?:prohibited|"
        r"forbidden|permission|allowed)\b.{0,80}",
        r"(?:передрук|копіювання|використання|відтворення)\b.{0,120}\b(?:заборонен\w+|дозвол\w+|"
        r"посилан\w+)\b.{0,120}",
    )),
    (PAGE, (r"(?:we|this (?:site|website)) uses? cookies\b.{0,200}",)),
)  # fmt: skip
