"""The page of the demo bank, in development only: a customer pays, or what else can happen."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from payments.demo_bank import acts
from payments.models import DemoCharge, Payment
from payments.providers.minor_units import from_minor
from theaters.currencies import amount

ACTS: Mapping[str, Callable[[DemoCharge], None]] = {
    "pay": acts.pay,
    "decline": acts.decline,
    "late": acts.pay_late,
    "twice": acts.pay_twice,
    "wrong": acts.pay_wrong_amount,
}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Shows what is to be paid, and does what the customer chooses."""
    charge = DemoCharge.objects.filter(reference=reference).first()
    if charge is None:
        raise Http404
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act and charge.status in ("open", "failed"):
            act(charge)
            if charge.status != "failed":
                return HttpResponseRedirect(charge.return_url or request.path)
        return HttpResponseRedirect(request.path)
    return render(request, "demo_bank/page.html", _context(charge))


def _context(charge: DemoCharge) -> dict[str, object]:
    payment = Payment.objects.select_related("account__theater").filter(pk=charge.payment).first()
    theater = payment.account.theater if payment and payment.account else None
    return {
        "charge": charge,
        "amount": amount(from_minor(charge.amount, charge.currency), charge.currency),
        "to": (theater.legal_name or theater.name) if theater else "",
        "is_open": charge.status in ("open", "failed"),
    }
