"""The rules by which words lose their endings: data, since browsers run the same ones.

A step takes off, or changes, the first ending that fits: [ending, instead, letters that must stay].
Where nothing stands instead, a vowel must stay too. Longer endings come first.
"""

from typing import Any

Step = list[list[Any]]


def _listed(text: str) -> list[str]:
    return text.split()


_LATIN: list[Step] = [
    [
        ["sses", "ss", 1], ["ches", "ch", 1], ["shes", "sh", 1], ["lves", "lf", 1], ["ies", "y", 2],
        ["xes", "x", 1], ["oes", "o", 1], ["news", "news", 0], ["ss", "ss", 0], ["us", "us", 0],
        ["is", "is", 0], ["s", "", 2],
    ],
    [["eed", "eed", 0], ["ied", "y", 2], ["ing", "", 2], ["ed", "", 2]],
    [["ness", "", 4], ["ly", "", 4]],
    [[2 * c, c, 2] for c in "bdfglmnprt"],
    [["ee", "ee", 0], ["e", "", 2]],
    [["y", "i", 2]],
]  # fmt: skip

_ENDINGS = _listed(
    """
    уватимуть уваннями уванням уванні увати ували увала увало ування уванню ують ував ює
    ує юватимуть юваннями юванням юванні ювати ювали ювала ювало ювання юванню юють ював
    еннями енням ення енню енні ень аннями анням ання анню анні ань іннями інням іння інню
    інні остями остям остях ості істю ість ами ями ові еві єві ого ому ими іми ати али ала
    ало ають ять ати яти или ила ило ити ить ять али яли яла яло їть ють уть ать емо ємо
    имо ав яв ив ів їв ам ям ах ях ом ем єм ою ею єю ій ий ей їй ої их іх їх им ім а я о е
    є и і ї у ю ь й ете єте ите їте
    """
)

_OFF: Step = [
    *([e, "", 3] for e in sorted(dict.fromkeys(_ENDINGS), key=len, reverse=True)),
    *([e, "", 2] for e in "аяоеиіуюь"),
]

# What is left may look like an ending once more: the stem of a noun, so that пором and порома meet,
# or the vowel of a verb, as in думаю and думав.
_LIKE_ENDINGS: Step = [
    [e, "", 3]
    for e in _listed("ом ем єм ам ям ах ях ів їв ав яв ив им ім ий ій ей ай а я о е и і у ю ь й")
]

# Where no ending follows, і stands for an о or е of the stem: похід, походу. Which words do so
# only a dictionary knows (ліс, лісу do not): here are frequent ones, and _FORMS has short ones.
_CLOSED: Step = [
    ["хід", "ход", 1], ["ріг", "рог", 2], ["піль", "пол", 2], ["говір", "говор", 1],
    ["боліт", "болот", 0], ["бір", "бор", 1],
    ["гін", "гон", 2], ["ріст", "рост", 1], ["двір", "двор", 0], ["сторін", "сторон", 0],
    ["доріг", "дорог", 0], ["вечір", "вечор", 0], ["воріт", "ворот", 0], ["чобіт", "чобот", 0],
    ["папір", "папер", 0], ["камінь", "камен", 0], ["осінь", "осен", 0], ["бджіл", "бджол", 0],
]  # fmt: skip

_CYRILLIC: list[Step] = [
    [["ся", "", 3], ["сь", "", 3], ["ець", "ц", 3], *_CLOSED],
    _OFF,
    _LIKE_ENDINGS,
    [["ок", "к", 3], ["ов", "", 4], ["ев", "", 4], ["єв", "", 4]],
    [["ц", "к", 2]],
]

# Forms that no ending tells: English ones, and Ukrainian ones with and without an ending.
_FORMS = _listed(
    """
    men man women woman children child feet foot teeth tooth mice mouse geese goose lives
    life wives wife knives knife thieves thief leaves leaf loaves loaf halves half went go
    gone go ran run said say wrote write written write bought buy brought bring stole
    steal stolen steal sank sink sunk sink rang ring rung ring spoke speak spoken speak
    took take taken take gave give given give found find held hold left leave lost lose
    made make met meet paid pay sold sell sent send told tell thought think built build
    broke break broken break chose choose chosen choose drove drive driven drive fell fall
    fallen fall rose rise risen rise saw see seen see struck strike won win agreed agree
    freed free died die dying die lying lie tied tie kept keep taught teach caught catch
    fought fight grew grow grown grow knew know known know flew fly flown fly drew draw
    drawn draw threw throw thrown throw began begin begun begin swam swim swum swim sang
    sing sung sing hid hide hidden hide forgot forget forgotten forget
    міст мост ніч ноч рік рок кіт кот ніж нож ніс нос віз воз бік бок сік сок стіл стол
    кінь кон річ реч піч печ ріг рог дім дом гість гост кість кост сіль сол ніг ног сліз
    сльоз зір зор лід льод мід мед шість шест сім сем вісім восьм київ києв корінь корен
    голів голов корів коров беріз берез слів слов шкіл школ рід род хід ход плід плод
    гір гор міг мог біль бол сіл сел вікон вікн ігор ігр львів львов миколаїв миколаєв
    """
)

_STOP = _listed(
    """
    a an and are as at be been but by for from had has have he her his i if in into is it
    its no not of on or our she so than that the their them then there these they this to
    was we were what when which who will with would you your а але б би бо був була були
    було в вже від він вона вони воно до для ж за з зі і із й його її їх коли на над не ні
    о по при про та так також те ти то ту у хто це цей ця ці що щоб я як який яка яке які
    """
)

RULES: dict[str, Any] = {
    "steps": {"latin": _LATIN, "cyrillic": _CYRILLIC},
    "forms": dict(zip(_FORMS[::2], _FORMS[1::2], strict=True)),
    "stop": _STOP,
}
