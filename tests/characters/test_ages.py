import pytest

from characters.ages import ages_in


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Lena is a 15-year-old girl.", 15),
        ("She is 16 years old.", 16),
        ("a sixteen year old student", 16),
        ("A seventeen-year-old.", 17),
        ("17yo, shy", 17),
        ("14 y/o", 14),
        ("Age: 16", 16),
        ("**Age:** 16", 16),
        ('[Age("13")]', 13),
        ("age = twelve", 12),
        ("| Age | 16 |", 16),
        ("Name: Lena, aged 16, lives here", 16),
        ("She's 16.", 16),
        ("I'm not shy, I'm 16 years old.", 16),
        ("{{char}} is only 15, and tall", 15),
        ("After school, Mia is 15 years old", 15),
        ("She is 15 years old when the story begins", 15),
        ("a 16-year-old cat girl", 16),
        ("a 17-year-old car mechanic", 17),
        ("a 15-year-old with little experience", 15),
        ("a 12-year-old girl's dog", 12),
        ("play as a 15-year-old", 15),
        ("1５ years old", 15),
        ("Sie ist 16 Jahre alt.", 16),
        ("ein 15-jähriges Mädchen", 15),
        ("Alter: 14", 14),
        ("Tiene 16 años y vive sola", 16),
        ("una chica de 15 años", 15),
        ("Edad: 13", 13),
        ("Ela tem 16 anos", 16),
        ("Elle a 16 ans", 16),
        ("Âge : 15", 15),
        ("une fille de 15 ans", 15),
        ("una ragazza di 16 anni", 16),
        ("Ей 16 лет.", 16),
        ("Ей всего 15", 15),
        ("Возраст: 14", 14),
        ("15-летняя школьница", 15),
        ("пятнадцатилетняя девочка", 15),
        ("她今年16岁", 16),
        ("十六歲的少女", 16),
        ("年龄：十五", 15),
        ("17歳の少女", 17),
        ("年齢: 14", 14),
        ("16살 소녀", 16),
        ("나이: 15", 15),
        ("a 35-year-old baker", 35),
        ("二十五岁", 25),
    ],
)
def test_an_age_is_found(text: str, years: int) -> None:
    assert [age.years for age in ages_in(text)][:1] == [years]


@pytest.mark.parametrize(
    "text",
    [
        "18 years ago",
        "It happened 15 years ago.",
        "aged 1,500 years",
        "She is 1,500 years old.",
        "He is 12 000 years old",
        "She is 15 minutes late.",
        "15 minutes",
        "a glass of 12-year-old whisky",
        "a 12-year-old single malt Scotch",
        "whisky aged 12 years",
        "aged 12 years in oak",
        "her 10-year-old car",
        "a 10-year-old war between two houses",
        "When she was 12 years old, the sea took her village.",
        "She was 12 years old when the sea took it.",
        "Since she was 14 years old she has sailed.",
        "He left home at the age of 15.",
        "since the age of 12",
        "By the age of 16 he had sailed twice",
        "older than 15 years old",
        "She is not 16 years old",
        "twenty-five years old",
        "one hundred and seven years old",
        "Dragon Age 2",
        "Age: 16th century",
        "Age: 3 centuries",
        "Age: 5,000",
        "He is 12 years older than her",
        "in the year 15",
        "hace 15 años",
        "il y a 15 ans",
        "15 Jahre später",
        "15 лет назад",
        "она прожила здесь 15 лет",
        "12-летний виски",
        "когда ей было 12 лет",
        "她十六岁时离开了家",
        "从12岁起",
        "一千五百岁",
        "1500岁",
        "12歳の時に",
        "15세기",
        "16살에 떠났다",
    ],
)
def test_what_only_looks_like_an_age_now_is_none(text: str) -> None:
    assert not [age for age in ages_in(text) if age.years < 18]


@pytest.mark.parametrize(
    "text", ["age" + " " * 100_000, "1" * 100_000, "she is " * 20_000, "whisky " * 20_000, "-" * 100_000]
)
def test_a_hostile_text_is_read_at_once(text: str) -> None:
    assert not list(ages_in(text))
