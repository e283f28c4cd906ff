"""What Django is told about a request, and what of its answer reaches the reader."""

import io

import pytest

from courant.ops.web.tests.make import Scope, headers
from courant.ops.web.wsgi import environ_of, run


def environ(**facts):
    return environ_of(Scope(**facts), io.BytesIO(b"a=1"), 3)


def test_the_request_is_told_as_pep_3333_wants_it():
    sent = headers(content_type="text/x", content_length="99", host="news.example.org")
    told = environ(path="/desk/ü/", method="POST", query_string="a=%20", headers=sent)
    assert told["REQUEST_METHOD"] == "POST"
    assert told["PATH_INFO"].encode("latin-1").decode() == "/desk/ü/"
    assert (told["SCRIPT_NAME"], told["QUERY_STRING"]) == ("", "a=%20")
    assert (told["CONTENT_TYPE"], told["CONTENT_LENGTH"]) == ("text/x", "3")  # what really came
    assert (told["SERVER_NAME"], told["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert (told["REMOTE_ADDR"], told["HTTP_HOST"]) == ("203.0.113.7", "news.example.org")
    assert told["wsgi.input"].read() == b"a=1"
    assert not {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"} & set(told)


@pytest.mark.parametrize(
    ("client", "address"), [("[2001:db8::7]:50000", "2001:db8::7"), ("unix:/x", "unix")]
)
def test_the_reader_of_any_network_is_named(client, address):
    assert environ(client=client)["REMOTE_ADDR"] == address


def test_lines_of_one_name_are_joined_as_their_kind_wants_it():
    sent = headers(
        ("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "1"), ("x-forwarded-for", "2")
    )
    told = environ(headers=sent)
    assert told["HTTP_COOKIE"] == "a=1; b=2"
    assert told["HTTP_X_FORWARDED_FOR"] == "1,2"


def test_nobody_speaks_for_the_proxy_with_an_underscore_nor_names_one():
    sent = headers(("x_forwarded_for", "1.2.3.4"), ("proxy", "http://evil.example"))
    told = environ(headers=sent)
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_PROXY"} & set(told)


def test_the_whole_answer_is_taken_and_the_application_told_that_it_is_over():
    closed = []

    class Pieces(list):
        def close(self):
            closed.append(True)

    def application(environ, start_response):
        write = start_response("201 Created", [("set-cookie", "a"), ("set-cookie", "b")])
        write(b"first ")
        return Pieces([b"second ", b"third"])

    response = run(application, {})
    assert (response.status, response.body) == (201, b"first second third")
    assert response.headers == [("set-cookie", "a"), ("set-cookie", "b")]
    assert closed


def test_it_is_told_so_even_when_it_fails_half_way():
    closed = []

    class Pieces:
        def __iter__(self):
            yield b"first"
            raise OSError("the disk")

        def close(self):
            closed.append(True)

    with pytest.raises(OSError, match="the disk"):
        run(lambda environ, start_response: Pieces(), {})
    assert closed
