"""What pages carry around a story, as forms of whole lines; one reason for each group."""

NETWORK = (
    r"(?:facebook|fb|x|twitter|twitter/x|x ?\(twitter\)|linkedin|whatsapp|telegram|reddit|"
    r"instagram|youtube|tiktok|bluesky|threads|mastodon|pinterest|messenger|viber|signal|discord|"
    r"flipboard|google news|apple news|rss|фейсбу\w+|телеграм\w*|інстаграм\w*|ютуб\w*|твіттер\w*|"
    r"вайбер\w*|вотсап\w*)"
)
LETTER = r"(?:newsletters?|mailing list|briefing|e-?mails?|inbox|digest|e-?mail alerts?)"
ROZSYLKA = r"(?:розсилк\w+|дайджест\w*|листи|поштою|пошту)"

SHARE = "share prompt"
FOLLOW = "follow prompt"
NEWSLETTER = "newsletter box"
AUDIO = "audio notice"
LINK = "link to other stories"
COPYRIGHT = "copyright line"
READING = "reading-time note"
PAGE = "page furniture"
SUPPORT = "appeal for support"
ASK = "request to readers for tips or corrections"
TOPICS = "the page's topics"
WHOSE_VIEWS = "note on whose views these are"
PHOTO = "photo control of the page"

# Forms that are a whole line by themselves: nothing else can be meant.
EXACT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (READING, (
        r"(?:about |approx\.? |est\.? |~ ?)?\d{1,3}(?:[–-]\d+)?[ -]?(?:min(?:ute)?s?\.?)(?: |-)"
        r"(?:read|reading|to read|listen)(?:ing)?(?: time)?",
        r"(?:estimated |est\.? |average )?read(?:ing)?(?: time)?(?: is)?:? ?(?:about |"
        r"~ ?)?\d{1,3} ?"
        r"(?:m|min(?:ute)?s?)\.?(?: read)?",
        r"(?:орієнтовний )?час (?:на )?(?:читання|прочитання|для читання):? ?(?:~ ?|до )?\d{1,3} ?"
        r"хв(?:илин\w*)?\.?",
        r"(?:читати|читається(?: за)?|на читання|прочитаєте за):? ?\d{1,3} ?хв(?:илин\w*)?\.?",
        r"\d{1,3} ?хв(?:илин\w*)?\.?,? (?:на )?(?:читання|прочитання|читати)",
    )),
    (SHARE, (
        rf"share(?:(?: (?:this|the)(?: (?:article|story|page|post))?)?(?: (?:on|via|with|to)"
        rf" (?:{NETWORK}|e-?mail|friends|your friends))?|:| options| article| full article)?",
        r"(?:copy|get) (?:the |this )?(?:link|url)|link copied.{0,20}|share link|permalink|"
        r"\d+ (?:likes?|restacks?|shares?|retweets?|reposts?)",
        r"(?:e-?mail|print|tweet|save|bookmark|gift) (?:this|the)(?: (?:article|story|page))?",
        r"(?:send|post) (?:this )?(?:by|via|to|on) (?:e-?mail|" + NETWORK + ")",
        r"поділи(?:тися|тись|ться|ться|тесь)(?: (?:у|в|на|через|цим|статтею|новиною|матеріалом|"
        r"посиланням|з друзями).{0,30})?:?",
        r"(?:скопіювати|копіювати) посилання|посилання скопійовано|надіслати (?:другу|поштою)",
    )),
    (NEWSLETTER, (
        r"(?:please )?(?:enter |type )?(?:your )?e-?mail address|"
        r"(?:enter|type) your e-?mail.{0,30}|"
        r"your e-?mail|after newsletter promotion|(?:skip past )?newsletter promotion|"
        r"privacy notice:.{0,300}",
        r"subscribe(?: now| today| here| for free)?|sign (?:me )?up(?: now| here| today| free)?",
        r"(?:the |our )?(?:free )?newsletters?(?: sign-?up| signup)",
        r"(?:введіть |вкажіть )?(?:ваш[ау]?|свою|свій) (?:e-?mail|електронн\w+ (?:пошт\w+|"
        r"адрес\w+)|"
        r"імейл|адрес\w+ (?:електронної )?пошти)|(?:введіть|вкажіть) (?:e-?mail|імейл|пошту)",
        r"підписатис[яь](?: на розсилку| зараз)?|підписуйтес[яь]|підпишіться",
    )),
    (AUDIO, (
        r"(?:\d{1,2}:)?\d{1,2}:\d\d ?/ ?(?:\d{1,2}:)?\d{1,2}:\d\d|0:00|00:00",
        r"(?:listen|play)(?: (?:to|now))?(?: (?:this|the))?(?: (?:article|story|audio|episode|"
        r"report|piece))?(?: now)?(?:[ :,·•|(-]+\d+[ -]?(?:min(?:ute)?s?|:\d\d)\.?\)?)?",
        r"audio (?:version|by|narration|article)(?: .{0,40})?",
        r"(?:прослухати|слухати|послухати|слухайте)(?: (?:цю |цей )?(?:статтю|текст|матеріал|"
        r"аудіо|аудіоверсію|новину))?",
        r"(?:0\.5|0\.75|1|1\.0|1\.25|1\.5|2)[x×]|your browser does not support .{0,60}",
    )),
    (LINK, (
        r"(?:read|see|watch|hear) (?:more|also|next|this next)|also read|more (?:stories|news|"
        r"coverage|to read|on this(?: story| topic)?)|(?:most|must)[ -](?:read|viewed|popular)|"
        r"(?:related|recommended|more|top|latest|trending)(?: (?:stories|articles|content|topics|"
        r"news|coverage|links|reading|reads|posts))|"
        r"related(?: (?:article|story|video|audio|post))?|"
        r"recommended(?: for you)?|more from (?:this|the|our) .{1,30}|"
        r"(?:you|we)(?: may| might)? (?:also )?(?:like|recommend)|what to read next|up next|"
        r"explore more(?: on .{1,40})?|"
        r"editors?['’]?s?['’]? picks?|keep reading|around the web|from the archives?|trending",
        r"(?:також )?(?:читайте|дивіться|слухайте) (?:також|ще|далі|більше)|також (?:читайте|"
        r"дивіться)|(?:більше )?(?:за|по) темою?|більше по темі|схожі (?:новини|статті|матеріали)|"
        r"новини партнерів|(?:вас|вам) (?:може|також може) (?:зацікавити|сподобатися)|популярне|"
        r"останні новини|рекомендуємо|матеріали за темою|вибір редакції",
    )),
    (COPYRIGHT, (
        r"all rights reserved.{0,80}|(?:усі|всі) права (?:захищен\w+|застережен\w+).{0,80}",
        r"(?:©|\(c\)|copyright ?©?|копірайт) ?(?:19|20)\d\d.{0,200}|copyright ©.{0,200}",
        r"© .{1,120}",
        r"(?:while|when) (?:citing|quoting|using|reprinting)\b.{0,120}\b(?:hyper)?(?:links?|"
        r"references?)\b.{0,120}\b(?:mandatory|required|obligatory)\b.{0,60}",
    )),
    (PAGE, (
        r"advertisement|advertising|sponsored(?: content)?|реклама|на правах реклами|skip ad",
        r"(?:article|story|content) continues below(?: (?:this )?advertisement)?|continue reading|"
        r"skip (?:(?:to|past) .{1,40}|advertisement)|(?:article|story|"
        r"text) continues after .{1,40}",
        r"(?:log|sign) ?in|log ?out|my account|menu|search|close|show(?: (?:more|less|comments))?|"
        r"register now|view bio|suggest a correction|leer en español|read (?:this )?in [a-z]+|"
        r"читати (?:англійською|українською|російською)|quick guide|"
        r"\d[\d ,.]*[km]? (?:views|перегляд\w*)|"
        r"load more|back to top|toggle .{1,20}|open (?:menu|image|in app).{0,20}|skip navigation",
        r"(?:view|see|show|leave|add|post|write|hide|read)(?: (?:a|all|your|"
        r"the))?(?: \d+)? comments?|"
        r"a version of this (?:article|story|piece) (?:appear|was|is)\w*\b.{0,200}|"
        r"\d+ comments?|join the (?:conversation|discussion)|comments (?:are )?closed|"
        r"(?:залишити|додати) коментар|коментарі(?: \(?\d+\)?)?|увійти|меню|пошук|головна",
        r"(?:accept|reject|allow|decline|deny) (?:all|(?:(?:all|optional|essential) )?cookies)|"
        r"(?:manage|cookie|privacy) (?:preferences|settings|options|choices|policy)|"
        r"learn more|find out more|reuse this content|purchase licensing rights|"
        r"discussion about this post|start (?:your|writing a?) ?substack|"
        r"privacy ?[∙·•|,] ?terms.{0,40}|our standards: the .{1,40}trust principles.{0,20}|"
        r"list of \d+ items?|list \d+ of \d+.{0,200}|end of list|"
        r"this (?:is an?|(?:article|story) is(?: an?)?) (?:exclusive )?"
        r"(?:subscriber|member)s?[ -](?:only|exclusive).{0,40}|"
        r"terms (?:of (?:use|"
        r"service)|and conditions)|політика конфіденційності|avatar|about us|contact us|"
        r"advertise with us|"
        r"про нас|контакти|careers|help cent(?:er|re)",
        r"prefer (?:us |the .{1,40} )?on google|add (?:us )?as (?:a )?"
        r"preferred(?: source)?(?: on google)?|"
        r"(?:add|make) .{1,40} (?:a |your )?preferred source.{0,30}|(?:published|"
        r"originally published) in(?: print)? .{0,40}edition",
    )),
    (PHOTO, (
        r"(?:view|open|see) (?:image|photo|picture)s?(?: in)?(?: fullscreen| full ?screen|"
        r" gallery)?|"
        r"(?:enlarge|expand|hide|toggle)(?: this)? (?:image|photo|caption)s?|image \d+ of \d+|"
        r"\d+ ?(?:of|/) ?\d+ (?:images|photos)|(?:hide|toggle) caption|збільшити (?:фото|"
        r"зображення)|photo(?: is|:)? illustrative|illustrative (?:photo|image)|"
        r"(?:фото|зображення)(?: є|:)? ілюстратив\w+|ілюстративне (?:фото|зображення)",
    )),
    (TOPICS, (
        r"(?:tags?|(?:suggested |related )?topics?|see more on|keywords?|"
        r"filed under|more on|in this (?:story|article)|теги?|теми?|"
        r"ключові слова|рубрика|мітки)\s?:.{0,200}",
    )),
    (WHOSE_VIEWS, (
        r"(?:editor['’]s note:? )?the (?:views|opinions)(?: and (?:views|opinions))? expressed\b"
        r".{0,120}\b(?:own|not (?:necessarily )?(?:reflect|represent|those)|solely|purport)\b"
        r".{0,160}",
        r"(?:редакція (?:може )?не (?:завжди )?(?:поділя\w+|погоджу\w+)|"
        r"(?:думк\w+|погляд\w+) автор\w+ (?:може|можуть)? ?не (?:збіга\w+|відобража\w+))\b.{0,160}",
    )),
    (SUPPORT, (r"donate(?: now| today| here)?|become a (?:member|supporter|patron|subscriber)"
               r"(?: today| now)?|support us|підтримати (?:нас|редакцію|видання|проєкт)|"
               r"стати (?:патроном|підписником|другом)",)),
)  # fmt: skip
