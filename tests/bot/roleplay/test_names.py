"""Names in what people say: every script, every case, the longest wins; and names that nobody may have."""

import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Member
from bot.errors import PlayError
from bot.roleplay.names import STOP_WORDS, check_names, mentioned, one_called, telling_word

CAST = ("Mira", "Tomás Vale", "Captain of the Guard")


def member(character: int, name: str, *aliases: str) -> Member:
    return Member(character, name, "", aliases=aliases)


def named(text: str, *names: str) -> list[str]:
    """Return who is named, of a cast; of the usual one where none is given."""
    members = [member(character, name) for character, name in enumerate(names or CAST)]
    return [one.name for one in mentioned(members, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mira, are you there?", ["Mira"]),
        ("Where did Tomás go, Mira?", ["Tomás Vale", "Mira"]),
        ("Mira! And you, Tomás. Mira?", ["Mira", "Tomás Vale"]),
        ("The guard, Vale and MIRA.", ["Captain of the Guard", "Tomás Vale", "Mira"]),
        ("mira", ["Mira"]),
        ("TOMÁS!", ["Tomás Vale"]),
        ("*looks at Mira*", ["Mira"]),
        ("_Mira_?", ["Mira"]),
        ("@Mira", ["Mira"]),
        ("“Mira”…", ["Mira"]),
        ("Mira—come here.", ["Mira"]),
        ("Mira's lamp", ["Mira"]),
        ("Mira’s lamp", ["Mira"]),
        ("MIRA'S LAMP", ["Mira"]),
        ("It is Tomás' lamp.", ["Tomás Vale"]),
        ("Mira'll come.", ["Mira"]),
        ("L'amie d'Mira", ["Mira"]),
        ("Mira-chan!", ["Mira"]),
        ("'Mira'", ["Mira"]),
        ("Vale.", ["Tomás Vale"]),
        ("O captain!", ["Captain of the Guard"]),
        ("Ｍｉｒａ?", ["Mira"]),
        ("Miraさん、どこ？", ["Mira"]),
        ("请问Mira在吗", ["Mira"]),
        ("Mira는 어디?", ["Mira"]),
    ],
)
def test_whoever_is_named_is_found_in_the_order_of_naming(text: str, expected: list[str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "…", "Hello.", "Miranda", "Admira", "Mi ra", "Tomas", "the end of the day", "The", "OF", "Captains", "Mira2"],
)
def test_nothing_else_names_anybody(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ёлка", "ёлка"),
        ("Ёлка", "Где елка?"),
        ("Αλέξης", "ΑΛΈΞΗΣ"),
        ("मीरा", "मीरा, सुनो"),
        ("ميرا", "أين ميرا؟"),
        ("Straße", "STRASSE?"),
        ("Anne-Marie", "Anne-Marie!"),
        ("Anne-Marie", "Marie?"),
        ("D'Artagnan", "D’Artagnan's"),
        ("D'Artagnan", "Artagnan!"),
        ("O'Brien", "O'Brien's hat"),
        ("Мар'яна", "Марʼяна!"),
        ("R2-D2", "r2-d2"),
        ("K-9", "Good dog, K-9!"),
        ("V", "V's car"),
        ("V", "'V'?"),
        ("Agent 47", "47?"),
        ("Agent K", "K?"),
        ("José", unicodedata.normalize("NFD", "José")),
        (unicodedata.normalize("NFD", "José"), "José"),
        ("El", "El, wait."),
        ("Van der Berg", "Berg"),
        ("Мастер и Маргарита", "маргарита"),
    ],
)
def test_names_of_all_kinds_are_found(name: str, text: str) -> None:
    assert named(text, name) == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("मीरा", "राम मत"),
        ("D'Artagnan", "I'd go."),
        ("O'Brien", "O sole mio"),
        ("S", "Mira's lamp"),
        ("D", "I'd go."),
        ("K-9", "K-pop, T-9 and 9 more"),
        ("🦊", "🦊!"),
        ("---", "--- '"),
        ("", "Anybody?"),
        ("Seán", "Se an"),
    ],
)
def test_what_only_looks_like_a_name_is_none(name: str, text: str) -> None:
    assert named(text, name) == []


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("Captain of the Guard", "captain guard", "of the"),
        ("Lady of the Lake", "lady lake", "the of a"),
        ("Der Wächter von Burg und Tor", "wächter burg tor", "der von und die das"),
        ("La Dame du Lac", "dame lac", "la du le de"),
        ("El Señor de los Anillos", "señor anillos", "el de los la y"),
        ("Il Signore degli Anelli", "signore anelli", "il degli di lo"),
        ("Nossa Senhora da Luz", "nossa senhora luz", "da o de do"),
        ("Willem van den Berg", "willem berg", "van den de het"),
        ("Капитан с Острова", "капитан острова", "с на из"),
        ("Van der Berg", "berg", "van der"),
        ("Мастер и Маргарита", "мастер маргарита", "и"),
        ("L'Homme à la Rose", "homme rose", "l à la"),
    ],
)
def test_articles_and_prepositions_in_a_name_never_count(name: str, yes: str, no: str) -> None:
    assert [word for word in yes.split() if not named(f"{word}!", name)] == []
    assert [word for word in no.split() if named(f"{word}!", name)] == []


RUSSIAN = {
    "Мира": "Мира мира МИРА Миры Мире Миру Мирой Мирою МИРОЙ",
    "Толя": "Толя Толи Толе Толю Толей",
    "Алексей": "Алексей Алексея Алексею Алексеем Алексее",
    "Анна-Мария": "Анна-Мария Анны-Марии Анне-Марии Анну-Марию Анной-Марией Мария Марию Анне",
    "Илья": "Ильи Илье Илью Ильёй Ильей",
    "Саша": "Саши Саше Сашу Сашей",
    "Иван": "Ивана Ивану Иваном Иване",
    "Пётр": "Пётр Петр Петра Петру Петром",
    "Павел": "Павла Павлу Павлом Павле",
    "Игорь": "Игоря Игорю Игорем Игоре",
    "Лев": "Льва Льву Львом Льве",
    "Игорёк": "Игорька Игорьку Игорьком",
    "Любовь": "Любови Любовью",
    "Дмитрий": "Дмитрия Дмитрию Дмитрием Дмитрии",
    "Достоевский": "Достоевского Достоевскому Достоевским Достоевском",
    "Достоевская": "Достоевской Достоевскую",
    "Толстой": "Толстого Толстому Толстым Толстом",
    "Анна Кузнецова": "Анны Кузнецовой Кузнецову",
    "Кузнецов": "Кузнецова Кузнецову Кузнецовым Кузнецове",
    "Отец Никон": "Отца Никону",
    "Шевченко": "Шевченко",
    "мышка": "мышка мышке Мышкой",
}
NO_RUSSIAN = {
    "Мира": "Мир мир мирный Мирон Миранда Миров мире миру кумира Эльмира мирить",
    "Толя": "Толь только Толик толпа толе",
    "Анна": "Аннотация Аннушка Ан анн",
    "Алексей": "Алексеевич Алексеев Алекс Александр",
    "Иван": "Иванов Иваныч Ивановна диван",
    "Лев": "Лес Левый льва Левша",
    "Вера": "вере веру верой Верный Веранда Вер",
    "Надежда": "надежде надежду Надёжный",
    "Шевченко": "Шевченка",
    "Ян": "Январь Янтарь я",
    "Я": "и е ю",
}


@pytest.mark.parametrize(("name", "form"), [(name, form) for name in RUSSIAN for form in RUSSIAN[name].split()])
def test_a_russian_name_is_found_in_its_cases(name: str, form: str) -> None:
    assert named(f"Скажи, {form}?", name) == [name]


@pytest.mark.parametrize(("name", "form"), [(name, form) for name in NO_RUSSIAN for form in NO_RUSSIAN[name].split()])
def test_another_russian_word_is_no_case_of_a_name(name: str, form: str) -> None:
    assert named(f"Скажи: {form}.", name) == []


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (("ミラ",), "ミラはどこ？", ["ミラ"]),
        (("ミラ",), "ねえミラさん！", ["ミラ"]),
        (("ミラ",), "ﾐﾗちゃん", ["ミラ"]),
        (("ミラ",), "ミラ姫を呼べ", ["ミラ"]),
        (("ミラ",), "カミラとミラノとミラー", []),
        (("ミラ・ヴェイル",), "ヴェイル様！", ["ミラ・ヴェイル"]),
        (("さくら",), "昨日さくらは来た", ["さくら"]),
        (("山田太郎", "山田"), "山田太郎さん", ["山田太郎"]),
        (("山田太郎", "山田"), "山田と山田太郎", ["山田", "山田太郎"]),
        (("山田 太郎", "山田 花子"), "山田太郎、来い", ["山田 太郎"]),
        (("山田 太郎", "山田 花子"), "山田さん", ["山田 太郎", "山田 花子"]),
        (("佐々木",), "佐々木さんは？", ["佐々木"]),
        (("李明",), "你看见李明了吗", ["李明"]),
        (("李明", "李明珠"), "李明珠在哪里", ["李明珠"]),
        (("托马斯·维尔",), "维尔先生", ["托马斯·维尔"]),
        (("小明", "王小明"), "王小明，你好", ["王小明"]),
        (("凛",), "凛はどう思う？", ["凛"]),
        (("雨",), "雨?", ["雨"]),
        (("雨",), "雨，你来吗", ["雨"]),
        (("雨",), "雨君！", ["雨"]),
        (("雨",), "雨姐来了", ["雨"]),
        (("雨",), "外面下雨了", []),
        (("雨",), "大雨が降る", []),
        (("雨",), "雨天", []),
        (("み",), "みんな、みて", []),
        (("มีรา",), "คุณมีราอยู่ไหน", ["มีรา"]),
        (("미라",), "미라가 왔어", ["미라"]),
        (("미라",), "미라는? 미라에게서도!", ["미라"]),
        (("미라",), "미라씨는 어디", ["미라"]),
        (("미라",), "미라야!", ["미라"]),
        (("미라",), "미라클 올미라 미라지", []),
        (("민준",), "민준이가 말했다", ["민준"]),
        (("김 미라",), "김 미라를 봐", ["김 미라"]),
        (("미라", "미라이"), "미라이가 왔다", ["미라이"]),
        (("나",), "나는 간다, 나도", []),
        (("별",), "별아, 별님이", ["별"]),
    ],
)
def test_scripts_without_words_of_their_own(names: tuple[str, ...], text: str, expected: list[str]) -> None:
    assert named(text, *names) == expected


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (("Anna", "Anna-Maria"), "Anna-Maria!", ["Anna-Maria"]),
        (("Анна", "Анна-Мария"), "Анне-Марии", ["Анна-Мария"]),
        (("Mira", "Mira Vale"), "Mira Vale, come. Mira, stay.", ["Mira Vale", "Mira"]),
        (("Mira", "Mira Vale"), "Mira, stay.", ["Mira"]),
        (("Tomás Vale", "Ada Vale", "Mira"), "Vale?", ["Tomás Vale", "Ada Vale"]),
        (("Tomás Vale", "Vale Inn"), "Tomás Vale Inn", ["Tomás Vale", "Vale Inn"]),
        (("Captain of the Guard", "Guard"), "the Captain of the Guard", ["Captain of the Guard"]),
        (("Валентин", "Валентина"), "Валентина!", ["Валентина"]),
        (("Валентин", "Валентина"), "Валентином", ["Валентин"]),
        (("Валентин", "Валентина"), "Скажи Валентину", ["Валентин", "Валентина"]),
    ],
)
def test_where_names_overlap_the_longest_then_the_closest_wins(
    names: tuple[str, ...], text: str, expected: list[str]
) -> None:
    assert named(text, *names) == expected


def test_an_alias_names_as_a_name_does() -> None:
    members = (member(1, "Mira", "Red", "the Sky Fox", "小狐"), member(2, "Ada", "Ai"))
    for text in ("Red!", "Fox?", "小狐在哪", "Mira, Red and Fox"):
        assert [one.name for one in mentioned(members, text)] == ["Mira"]
    assert [one.name for one in mentioned(members, "Ai, Red's here")] == ["Ada", "Mira"]
    assert mentioned(members, "The sea") == ()


def test_a_large_cast_and_a_hostile_line_are_read_at_once() -> None:
    members = [member(character, " ".join(["bo"] * 60)) for character in range(5)]
    assert len(mentioned(members, "bo " * 2600)) == 5
    assert named("Zoë, Mira40 and Mira4", *(f"Mira{number}" for number in range(50))) == ["Mira40", "Mira4"]


@given(
    words=st.lists(st.text("abcdд雨미", min_size=2, max_size=6), min_size=1, max_size=4, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_each_one_who_is_named_by_a_word_of_its_own_is_found(words: list[str], order: Random) -> None:
    names = [f"{'xyzw'[place]}{word}" for place, word in enumerate(words)]
    text = order.sample(names, len(names))
    assert named(", ".join([*text, *text]), *names) == text


@given(names=st.lists(st.text(max_size=12), max_size=5), text=st.text(max_size=60))
def test_any_text_can_be_searched_for_any_names(names: list[str], text: str) -> None:
    found = named(text, *names) if names else []
    assert set(found) <= set(names)


@pytest.mark.parametrize(
    ("name", "others", "expected"),
    [
        ("Mira", ["Tomás Vale"], "Mira"),
        ("Captain Otto", ["Captain Mira", "Ada"], "Otto"),
        ("Captain of the Guard", ["Lord of the Guard"], "Captain"),
        ("The Guard", [], "Guard"),
        ("Anna", ["Anna Maria"], "Anna"),
        ("Anna Maria", ["Anna"], "Maria"),
        ("山田太郎", ["山田花子"], "山田太郎"),
        ("El", ["Mira"], "El"),
    ],
)
def test_a_telling_word_tells_one_from_all_others(name: str, others: list[str], expected: str) -> None:
    assert telling_word(name, others) == expected


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["Mira", ""], "Somebody in this scene would have no name: everybody needs one."),
        (["  "], "would have no name"),
        (["\u200b"], "would have no name"),
        (["Mira\nVale"], "The name Mira Vale goes over several lines: it has to stand on one."),
        (["Mira\u2028Vale"], "several lines"),
        (["Mira\n"], "several lines"),
        (["RPG: Ruins"], "The name RPG: Ruins has a colon, which ends a name in front of a line: choose one without."),
        (["ミラ：姫"], "has a colon"),
        (["Mira", "MIRA"], "Two in this scene would be called MIRA: everybody needs a name of their own."),
        (["José", unicodedata.normalize("NFD", "José")], "Two in this scene"),
        (["Mira  Vale", "Ｍira Vale"], "Two in this scene"),
        (["kim"], "Two in this scene"),
    ],
)
def test_a_name_under_which_nobody_could_speak_is_refused(names: list[str], complaint: str) -> None:
    with pytest.raises(PlayError) as raised:
        check_names(names, taken=["Kim"])
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_other_names_are_taken() -> None:
    check_names(["Mira", "Mira Vale", "Captain of the Guard", "R2-D2", "李明", "O'Brien", "🦊"], taken=["Kim"])


def test_stop_words_are_folded() -> None:
    assert all(word == unicodedata.normalize("NFKC", word).casefold() for word in STOP_WORDS)


CALLED = (
    member(1, "Mira Stone", "the witch"),
    member(2, "Mira"),
    member(3, "Otto Stone", "captain"),
    member(4, "Зоя Львовна"),
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("Mira", "Mira"),
        (" mira  stone ", "Mira Stone"),
        ("THE WITCH", "Mira Stone"),
        ("witch", "Mira Stone"),
        ("Captain", "Otto Stone"),
        ("Otto", "Otto Stone"),
        ("Зое", "Зоя Львовна"),
        ("зоей львовной", "Зоя Львовна"),
    ],
)
def test_somebody_is_meant_by_all_of_a_name_before_a_part_of_it(wanted: str, expected: str) -> None:
    assert one_called(CALLED, wanted).name == expected


@pytest.mark.parametrize(
    ("members", "wanted", "problem"),
    [
        (CALLED, "Stone", "Several are called Stone: which of Mira Stone, Otto Stone?"),
        (CALLED, "Tolly", "There is nobody called Tolly here: there are Mira Stone, Mira, Otto Stone, Зоя Львовна."),
        (CALLED[:0], "two\nlines", "There is nobody called two lines here."),
    ],
)
def test_who_is_not_just_one_is_a_sentence(members: tuple[Member, ...], wanted: str, problem: str) -> None:
    with pytest.raises(PlayError) as raised:
        one_called(members, wanted)
    assert str(raised.value) == problem
