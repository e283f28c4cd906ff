"""From addresses that editors paste to frames, and to nothing else."""

import pytest

from courant.lib.embeds import HOST, HOSTS, frame_of, sources

NOCOOKIE = "https://www.youtube-nocookie.com/embed/abcDEF-_123"
TUBE = "tube.example.org"


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=abcDEF-_123&list=x", NOCOOKIE),
        ("https://youtu.be/abcDEF-_123?si=tracking", NOCOOKIE),
        ("https://m.youtube.com/watch?v=abcDEF-_123&t=90s", f"{NOCOOKIE}?start=90"),
        ("https://www.youtube.com/shorts/abcDEF-_123", NOCOOKIE),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        (
            "https://vimeo.com/76979871/8272103f6e",
            "https://player.vimeo.com/video/76979871?dnt=1&h=8272103f6e",
        ),
        (
            "https://soundcloud.com/harbour/the-bell?in=x",
            "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fharbour%2Fthe-bell",
        ),
        ("https://archive.org/details/wall_1911", "https://archive.org/embed/wall_1911"),
        (
            f"https://{TUBE}/w/kkGMgK9ZtnKfYAgnEtQxbv",
            f"https://{TUBE}/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv",
        ),
    ],
)
def test_a_video_or_sound_of_the_list_has_a_frame(url: str, frame: str) -> None:
    found = frame_of(url, [TUBE])
    assert found is not None
    assert found.url == frame
    assert found.host in {*HOSTS, TUBE}
    assert found.url.startswith(f"https://{found.host}/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/watch?v=abcDEF-_123",
        "https://youtube.com.example.org/watch?v=abcDEF-_123",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=short",
        'https://www.youtube.com/watch?v=abc"><script>',
        "https://www.youtube.com/watch?v=абвгґдеєжзи",
        "https://user@example.org/@youtube.com/watch?v=abcDEF-_123",
        "javascript://www.youtube.com/watch?v=abcDEF-_123",
        "https://vimeo.com/features",
        "https://soundcloud.com/discover",
        "https://archive.org/details/../../x",
        "https://other.example.org/w/kkGMgK9ZtnKfYAgnEtQxbv",
        f"https://{TUBE}/login",
        "https://[::1",
    ],
)
def test_everything_else_stays_a_link(url: str) -> None:
    assert frame_of(url, [TUBE]) is None


def test_where_nothing_is_shown_the_policy_lets_nobody_in() -> None:
    assert sources([]) == "'none'"
    assert sources(["a.example.org", "b.example.org"]) == (
        "https://a.example.org https://b.example.org"
    )


@pytest.mark.parametrize("host", ["tube.example.org", "xn--80ak6aa92e.example"])
def test_a_host_name_is_one(host: str) -> None:
    assert HOST.fullmatch(host)


@pytest.mark.parametrize(
    "host", ["https://tube.example.org", "*.example.org", "example.org; script-src *", "a b", "x"]
)
def test_what_would_widen_the_policy_is_no_host_name(host: str) -> None:
    assert not HOST.fullmatch(host)
