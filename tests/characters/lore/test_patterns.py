import pytest

from characters.lore.patterns import LIMIT_PATTERN_CHARS, compile_regex, is_regex


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("/a/", True),
        (" /a/gimsuy ", True),
        (r"/a\/b/", True),
        ("/a\nb/", True),
        ("//", False),
        ("/a/b/", False),
        ("/home/user", False),
        ("/a/x", False),
        ("a/b/", False),
        ("", False),
    ],
)
def test_a_regex_stands_between_slashes(key: str, expected: bool) -> None:
    assert is_regex(key) is expected


@pytest.mark.parametrize(
    ("key", "text", "is_found"),
    [
        ("/dragon/", "DRAGON", False),
        ("/dragon/i", "DRAGON", True),
        ("/^b$/", "a\nb", False),
        ("/^b$/m", "a\nb", True),
        ("/a.b/", "a\nb", False),
        ("/a.b/s", "a\nb", True),
        ("/a[^]b/", "a\nb", True),
        ("/a[]b/", "ab", False),
        (r"/a\/b/", "a/b", True),
        (r"/(?<word>\w)\k<word>/", "aa", True),
        (r"/(?<!un)seen/", "unseen", False),
        (r"/[\u{1F600}-\u{1F64F}]/u", "😃", True),
        (r"/\u0041\x42/", "AB", True),
        (r"/\p{L}{2}/u", "éé", True),
        ("/{{char}}/", "{{char}}", True),
        ("/a{,3}/", "a{,3}", True),
        (r"/(?:foo){e}/", "bar", False),
        (r"/\bдракон/i", "Дракон", True),
    ],
)
def test_patterns_mean_what_they_mean_in_javascript(key: str, text: str, is_found: bool) -> None:
    assert (compile_regex(key).search(text) is not None) is is_found


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ("/a(/", "its parser says: missing ) at position 2"),
        ("/[a/", "its parser says: unterminated character set at position 2"),
        (r"/\k<x>/", "its parser says: unknown group at position 3"),
        ("/(?P<a>x)/", "it has a group that JavaScript does not know"),
        ("/(?#()a/", "it has a group that JavaScript does not know"),
        ("/(?R)/", "it has a group that JavaScript does not know"),
        ("/" + "(" * 1_900 + ")" * 1_900 + "/", "it is nested too deep"),
        ("/" + "a" * LIMIT_PATTERN_CHARS + "/", "it is longer than 4,000 characters"),
        ("plain", "it is not written /like this/"),
    ],
)
def test_what_does_not_compile_says_why(key: str, problem: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - its text is what is tested
        compile_regex(key)
    assert str(raised.value) == problem


@pytest.mark.parametrize(
    "pattern",
    [
        "(((a?){99}){99}){99}",
        "(?:(?=a)" * 40 + "a" + ")+" * 40,
        "a{99999}",
        "((((a{9}b){9}c){9,}d){9,99}",
        "(a){50}" * 99,
    ],
)
def test_what_would_fill_the_memory_when_compiled_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="it repeats too much within what it repeats"):
        compile_regex(f"/{pattern}/")


@pytest.mark.parametrize(
    "pattern", ["[a{9999}(]{2}", r"\({9}" * 9, r"(\w+\s+){10}[^(]*\(", "(?:a|b|c){1,80}", "((a+)+)+"]
)
def test_what_repeats_as_people_write_it_is_not(pattern: str) -> None:
    assert compile_regex(f"/{pattern}/")
