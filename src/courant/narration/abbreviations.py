"""Words before a stop, by language. Grow the tables, and the test cases, with each fault found."""

from collections import defaultdict


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A sentence never ends here: a name, a number or a word follows.
STRICT: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
# A sentence may end here: it does when a word follows that begins sentences.
OPEN: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
STARTERS: defaultdict[str, frozenset[str]] = defaultdict(frozenset)

STRICT["en"] = _words(
    "Mr Mrs Ms Mx Messrs Dr Prof Gov Sen Sens Rep Reps Gen Brig Capt Cmdr Col Lt Sgt Cpl Pvt Maj "
    "Adm Rt Hon Rev Fr Msgr Amb Supt Det Insp Pres Mt Ft No Nos Vol vs v Dept Univ Assn approx est "
    "pp p i.e e.g ca cf Fig fig Art Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"
)
OPEN["en"] = _words(
    "a.m p.m Inc Ltd Co Corp Bros Jr Sr Ph.D M.D B.A M.A St Ste Ave Blvd Rd etc al pts oz lb lbs "
    "ft gal Calif Ind Mass Wis Minn Mon Tue Tues Wed Thu Thurs Fri Sat Sun"
)
STARTERS["en"] = _words(
    "The A An He She It They We I You His Her Its Their Our This That These Those There Then But "
    "And So In On At For From With After Before When While As If Nobody No Not One Some Many Most "
    "What Why How Who Where Because Yet Also Still Now Two Three Both Each Every All Several "
    "Everyone Officials Police Half Later Since By Under Over To About Last Next Once Only "
    "Meanwhile However Nothing"
)
NUMBERS = _words("No Nos")  # only before a figure; else it is the word

_UK = (
    "м с сел смт вул просп пр пл пров бул буд кв о ім гр п пп проф акад доц ген полк підполк лейт "
    "кап мол ст заст нач див напр т тзв ред упоряд пер тел стор зав мін деп адм архієп єп св "
    "нар бл прибл січ лют бер кв трав черв лип серп вер жовт лист груд"
)
STRICT["uk"] = _words(f"{_UK} {_UK.title()}")
OPEN["uk"] = _words(
    "р рр обл грн коп тис млн млрд трлн год хв сек ін д зв е км кг га шт екз крб дол"
)
STARTERS["uk"] = _words(
    "Він Вона Воно Вони Ми Ви Я Ти Це Цей Ця Ці Того Тому Той Та Те Ті Але А І Й У В На За Із З Зі "
    "До Після Перед Під Про По Для Від Над Без Біля Коли Як Якщо Що Хто Де Чому Тим Також Однак "
    "Проте Тоді Тут Там Нині Зараз Раніше Пізніше Згодом Нагадаємо Водночас Крім Утім Втім Через "
    "Понад Усі Всі Усе Все Ніхто Ніщо Не Ні Наразі Тепер Потім Його Її Їх Їхній Наш Один Одна Два "
    "Дві Три Багато Частина Більшість Поліція Суд Уряд Рада"
)
