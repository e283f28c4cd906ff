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
    є и і ї у ю ь й
    """
)

_OFF: Step = [
    *([e, "", 3] for e in sorted(dict.fromkeys(_ENDINGS), key=len, reverse=True)),
    *([e, "", 2] for e in "аяоеиіуюь"),
]

# Endings go twice, so that пором and порома, whose stem looks like an ending, meet in the end.
_CYRILLIC: list[Step] = [
    [["ся", "", 3], ["сь", "", 3], ["ець", "ц", 3]],
    _OFF,
    _OFF,
    [["ок", "к", 3], ["ов", "", 3], ["ев", "", 3], ["єв", "", 3]],
    [["ц", "к", 2]],
]

# English forms that no ending tells.
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
