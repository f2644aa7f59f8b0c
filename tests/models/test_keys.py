"""Where keys come from, and that they show themselves nowhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.errors import OutsideError, UsageError
from brooks.models.keys import Keys

CANARY = "sk-canary-4711-never-shown"


def keys_of(tmp_path: Path, text: str, **environ: str) -> Keys:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    return Keys.load(tmp_path, environ)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ("  A = spaced  ", "spaced"),
        ("export A=exported", "exported"),
        ("A=with#hash", "with#hash"),
        ("A=value # and why", "value"),
        ("A='single # quoted' # why", "single # quoted"),
        (r"A='no \n escape'", r"no \n escape"),
        (r'A="two\nlines and a \"quote\" \$5"', 'two\nlines and a "quote" $5'),
        ('A="# none"', "# none"),
        ("A=a=b=c", "a=b=c"),
        ("A=it's", "it's"),
        ("A=$HOME", "$HOME"),
        ("A=", None),
        ('A=""', None),
        ("A= # nothing", None),
        ("#A=commented", None),
        ("\ufeffA=marked", "marked"),
        ("A=first\nA=second", "second"),
        ("A=windows\r\n\r\n", "windows"),
    ],
)
def test_a_line_of_the_file_sets_a_variable(tmp_path: Path, line: str, value: str | None) -> None:
    """Nothing is put in for `$NAME`: a key may hold one."""
    assert keys_of(tmp_path, line).get("A") == value


@pytest.mark.parametrize(
    "line",
    [
        "A",
        "1A=x",
        "A B=x",
        "=x",
        "A='open",
        'A="open',
        "A='a' b",
        "A-B=x",
        "A='a''b'",
        "A= 'open",
        "A=#x",
    ],
)
def test_a_broken_line_is_named_without_its_value(tmp_path: Path, line: str) -> None:
    """It may hold a key all the same."""
    with pytest.raises(UsageError, match=r"\.env', line 3 is not to be understood") as caught:
        keys_of(tmp_path, f"# keys\n\n{line}{CANARY}\n" if "=" in line else f"\n\n{line} {CANARY}")

    assert CANARY not in str(caught.value)


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """An empty variable counts as none."""
    keys = keys_of(tmp_path, "A=file\nB=file\nC=file", A="environment", B="")

    assert [keys.get(name) for name in "ABCD"] == ["environment", "file", "file", None]
    assert keys.first(("D", "C", "A")) == "file"
    assert keys.first(()) is None


def test_without_a_file_there_is_the_environment(tmp_path: Path) -> None:
    """Most people have none."""
    assert Keys.load(tmp_path, {"A": "x"}).get("A") == "x"


def test_a_file_that_is_no_text_is_the_users_to_mend(tmp_path: Path) -> None:
    """Its bytes are not shown."""
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe")

    with pytest.raises(UsageError, match="is not UTF-8 text"):
        Keys.load(tmp_path, {})


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder of that name, for one."""
    (tmp_path / ".env").mkdir()

    with pytest.raises(OutsideError, match="cannot read"):
        Keys.load(tmp_path, {})


def test_what_looks_like_a_secret_is_one(tmp_path: Path) -> None:
    """Both sources count, also where one hides the other; short values would be found everywhere."""
    environ = {
        "GITHUB_TOKEN": "the-environment's",
        "AWS_SECRET_ACCESS_KEY": "aws-aws-aws",
        "my_password": "lower-case-too",
        "CLIENT_SECRET": "short",
        "PATH": "/usr/bin:/usr/local/bin",
    }
    keys = keys_of(
        tmp_path,
        "GROQ_API_KEY=from-the-file\nGITHUB_TOKEN=the-file's-own\nEDITOR=not-a-secret",
        **environ,
    )

    assert keys.secrets() == {
        "GROQ_API_KEY": "from-the-file",
        "GITHUB_TOKEN": "the-environment's",
        "GITHUB_TOKEN of .env": "the-file's-own",
        "AWS_SECRET_ACCESS_KEY": "aws-aws-aws",
        "my_password": "lower-case-too",
    }


def test_nothing_is_shown_of_the_values() -> None:
    """Neither here nor there."""
    keys = Keys({"OPENAI_API_KEY": CANARY}, {"GROQ_API_KEY": CANARY})

    assert repr(keys) == str(keys) == "Keys(1 variables, 1 from '.env')"


@given(
    st.text(
        st.characters(codec="utf-8", exclude_characters="'", exclude_categories=["Cc", "Zl", "Zp"])
    )
)
def test_whatever_stands_in_single_quotes_is_the_value(value: str) -> None:
    """Keys are made of anything."""
    from brooks.models.keys import _LINE, _value

    match = _LINE.fullmatch(f"A='{value}'")

    assert match is not None
    assert _value(match) == value
