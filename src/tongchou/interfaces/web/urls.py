"""Addresses: the public page, the office's pages, the JSON interface."""

from __future__ import annotations

from django.urls import path

from .api import api
from .views import (
    assessment,
    books,
    care,
    commands,
    cover,
    entry,
    home,
    jobs,
    law,
    operations,
    records,
    registry,
    roster,
    sheets,
    staff,
    statements,
    taking_out,
    tokens,
    vouchers,
)

urlpatterns = [
    path("", entry.public),
    path("login/", entry.log_in),
    path("logout/", entry.log_out),
    path("password/", entry.password),
    path("office/", home.home),
    path("office/operations/", operations.listing),
    path("office/operations/<str:name>/", operations.one),
    path("office/answers/<str:message>/", operations.answered),
    path("office/commands/", commands.listing),
    path("office/commands/<int:number>/", commands.one),
    path("office/records/", records.listing),
    path("office/records/<int:number>/", records.one),
    path("office/staff/", staff.people),
    path("office/staff/<str:name>/password/", staff.ask_password),
    path("office/law/", law.versions),
    path("office/tokens/", tokens.mine),
    path("office/jobs/", jobs.listing),
    path("office/jobs/<int:number>/", jobs.one),
    path("office/people/", registry.people),
    path("office/people/coverage/", cover.coverage),
    path("office/people/uncovered/", cover.uncovered),
    path("office/people/crosscheck/", roster.check),
    path("office/people/export/", taking_out.registry),
    path("office/people/<int:person>/", registry.person),
    path("office/people/<int:person>/trial/", care.trial),
    path("office/employers/", registry.employers),
    path("office/employers/standing/", registry.standing),
    path("office/employers/<int:employer>/", registry.employer),
    path("office/balances/", books.balances),
    path("office/books/", vouchers.home),
    path("office/books/funds/", books.funds),
    path("office/books/daily/", books.by_day),
    path("office/books/parties/", books.parties),
    path("office/books/vouchers/", vouchers.listing),
    path("office/books/vouchers/<int:number>/", vouchers.one),
    path("office/books/remittances/", vouchers.remitted),
    path("office/books/accounts/", vouchers.accounts),
    path("office/books/statements/", statements.upload),
    path("office/books/reconciliation/", statements.reconciliation),
    path("office/books/assessment/", assessment.assessment),
    path("office/sheets/", sheets.start),
    path("office/sheets/<str:kind>/template/", sheets.template),
    path("office/sheets/jobs/<int:number>/", sheets.result),
    path("api/", api.urls),
]
handler400 = "tongchou.interfaces.web.refusals.bad_request"
handler404 = "tongchou.interfaces.web.refusals.not_found"
handler500 = "tongchou.interfaces.web.refusals.broken"
