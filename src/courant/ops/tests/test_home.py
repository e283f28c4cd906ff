"""What `courant init` leaves behind."""

import pytest
from django.contrib.auth.models import Group, User

from courant.newsletter.models import Newsletter
from courant.stories.models import FrontPage, Section

pytestmark = pytest.mark.django_db


def member(group: str) -> User:
    user = User.objects.create_user(group, f"{group}@example.org", "x")
    user.groups.add(Group.objects.get(name=group))
    return user


def test_a_new_home_has_a_paper_with_a_section_and_a_newsletter():
    assert FrontPage.objects.count() == Section.objects.count() == 1
    assert Newsletter.objects.get().is_default


def test_editors_write_and_keep_people_and_may_not_publish():
    editor, front = member("Editors"), FrontPage.objects.get()
    assert front.permissions_for_user(editor).can_add_subpage()
    assert not front.permissions_for_user(editor).can_publish()
    assert editor.has_perms(["stories.add_person", "stories.change_topic"])
    assert editor.has_perms(["narration.add_lexiconentry", "narration.delete_lexiconentry"])
    assert editor.has_perm("narration.change_readingsettings")
    assert not editor.has_perm("newsletter.view_delivery")


def test_moderators_publish_and_see_how_letters_fare():
    moderator = member("Moderators")
    assert FrontPage.objects.get().permissions_for_user(moderator).can_publish()
    assert moderator.has_perms(["newsletter.view_edition", "newsletter.view_delivery"])
    assert not moderator.has_perm("newsletter.change_subscriber")
