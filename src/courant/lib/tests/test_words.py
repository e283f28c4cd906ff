"""Forms of a word meet in one stem; other words do not."""

import pytest

from courant.lib.words import fold, stem, terms


@pytest.mark.parametrize(
    "forms",
    [
        "ferry ferries ferried ferrying",
        "run runs running ran",
        "vote votes voted voting",
        "child children child's child’s",
        "wolf wolves",
        "knife knives",
        "agree agrees agreed agreeing",
        "use uses used using",
        "Café cafes",
        "порт порту портом портів порти",
        "міст мосту мости мостів",
        "рука руці руки рук",
        "Київ Києва Києві",
        "Харків Харкова Харкові",
        "голосування голосувати голосують голосувала голосував",
        "книжка книжок книжці книжками",
        "рішення рішенням рішень",
        "український українського українська українською",
        "пором порома пороми поромів поромом",
        "м'яч м’яча мʼячі",
        "бібліотека бібліотеці бібліотек",
        "ринок ринку",
        "школа школі шкіл школами",
        "ніч ночі ночей",
        "мешканець мешканця мешканці мешканців",
        "ґанок ганку",
        "ліс лісу ліси лісами",
        "хліб хліба",
        "літо літа літом",
        "місто міста місті містом",
        "море моря морі",
        "мер мера мером",
        "похід походу походи походів",
        "вибір вибору вибори виборів",
        "стіл стола столи",
        "дім дому доми",
        "рік року роки років",
        "річ речі речами",
        "вечір вечора вечори",
        "дорога доріг дороги",
        "Львів Львова Львові",
        "Миколаїв Миколаєва",
        "Тернопіль Тернополя",
        "думаю думав думали думаєте",
        "третій третьому",
        "держава держав державу",
    ],
)
def test_all_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(fold(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "ferry fear",
        "wall wallet",
        "sing string",
        "порт спорт",
        "рада рід",
        "мера море",
        "місто мосту",
        "десь досі",
        "доля діло",
        "ліс лось",
        "між можу",
        "тема тому",
        "ріка року",
        "біг бог",
        "голова гол",
        "ніч нічого",
    ],
)
def test_other_words_keep_apart(words: str) -> None:
    one, other = words.split()
    assert stem(fold(one)) != stem(fold(other))


def test_words_that_stand_everywhere_are_left_out() -> None:
    assert list(terms("The bell was in the sea, та не в порту.")) == ["bel", "sea", "порт"]


def test_figures_are_words() -> None:
    assert list(terms("Bus 7 costs 1.40")) == ["bus", "7", "cost", "1", "40"]
