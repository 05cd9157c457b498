"""The public page, login, logout, and one's own password."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tongchou.office.frame.operation import refusing
from tongchou.office.frame.refusal import OfficeRefused
from tongchou.office.frame.staff import must_change, set_password

from ..connection import borrowed
from ..drawing import page
from ..guard import refuse_demo
from ..models import Staff
from ..passwords import refuse_weak
from ..refusals import answer, status_of


def public(request: HttpRequest) -> HttpResponse:
    """What this is, for everybody."""
    return page(request, "public.html")


def log_in(request: HttpRequest) -> HttpResponse:
    """Name and password; five wrong ones close the name for a while."""
    onward = _onward(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(onward)
        return page(request, "login.html", onward=onward, name="", refused=None)
    name = request.POST.get("username", "").replace("\0", "").strip()
    try:
        user = authenticate(request, username=name, password=request.POST.get("password", ""))
        if not isinstance(user, Staff):
            raise OfficeRefused("login_failed", "登录名或密码不对", "the login or the password is wrong")
        refuse_demo(request, bool(user.demo))
        with borrowed() as conn, refusing():
            must = must_change(conn, user.get_username())
    except OfficeRefused as e:
        return page(request, "login.html", status=status_of(e), onward=onward, name=name, refused=e)
    kept = "en" if getattr(request, "lang", "zh") == "en" else "zh"
    login(request, user)
    request.session["lang"] = kept
    if must:
        request.session["must_change"] = True
        return HttpResponseRedirect("/password/")
    return HttpResponseRedirect(onward)


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else "/office/"


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session; the language stays."""
    kept = getattr(request, "lang", "zh")
    logout(request)
    request.session["lang"] = kept
    return HttpResponseRedirect("/login/")


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session of the same login ends."""
    if not isinstance(request.user, Staff):
        return HttpResponseRedirect("/login/?next=/password/")
    must = bool(request.session.get("must_change"))
    if request.method != "POST":
        return page(request, "password.html", refused=None, done="done" in request.GET, must=must)
    try:
        _change(request, request.user)
    except OfficeRefused as e:
        if status_of(e) == 503:
            return answer(request, e)
        return page(request, "password.html", status=400, refused=e, done=False, must=must)
    return HttpResponseRedirect("/password/?done")


def _change(request: HttpRequest, user: Staff) -> None:
    name = user.get_username()
    new = request.POST.get("new", "")
    # Asked of the login's own backends, so that wrong ones count towards the lock.
    if authenticate(request, username=name, password=request.POST.get("old", "")) is None:
        raise OfficeRefused("password_wrong", "原密码不对", "the present password is wrong", "old")
    if new != request.POST.get("again", ""):
        raise OfficeRefused("password_differs", "两次输入的新密码不一致", "the two new passwords differ", "again")
    if new == request.POST.get("old", ""):
        raise OfficeRefused("password_same", "新密码不能与原密码相同", "the new password is the present one", "new")
    refuse_weak(new, name, str(user.shown))
    with borrowed() as conn, refusing(), conn.transaction():
        set_password(conn, name, make_password(new))
    request.session.pop("must_change", None)
    user.refresh_from_db()
    update_session_auth_hash(request, user)
