"""The fake Stripe behaves as the real one is documented, as Stripe's own client sees it."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import stripe

from lab.fake_stripe.forms import parse
from lab.fake_stripe.journal import Journal
from lab.fake_stripe.running import Process, Remote, in_a_thread
from payments.tests.stripe_world import Webhook

SECRET = "whsec_of_the_fake"
KEY = "sk_test_of_the_lab"
INTENT: Any = {"amount": 1000, "currency": "eur", "metadata": {"payment": "1"}}
PRICE = {"currency": "eur", "unit_amount": 1000, "product_data": {"name": "Metropolis"}}
SESSION: Any = {
    "mode": "payment",
    "line_items": [{"quantity": 1, "price_data": PRICE}],
    "success_url": "https://www.example.com/",
    "payment_intent_data": {"metadata": {"payment": "2"}},
}


def client_of(fake: Remote, key: str = KEY, **options: Any) -> stripe.StripeClient:
    http = stripe.RequestsClient(timeout=5)
    return stripe.StripeClient(
        key, base_addresses={"api": fake.url}, http_client=http, max_network_retries=0, **options
    )


def key(name: str) -> Any:
    return {"idempotency_key": name}


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Remote]:
    with in_a_thread(tmp_path / "journal.jsonl") as remote:
        yield remote


@pytest.fixture
def client(fake: Remote) -> stripe.StripeClient:
    return client_of(fake)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    running = Process(tmp_path / "journal.jsonl")
    running.start()
    yield running
    running.kill()


@pytest.fixture
def webhook(fake: Remote) -> Iterator[Webhook]:
    place = Webhook()
    fake.control("webhook", key=KEY, url=place.url, secret=SECRET)
    yield place
    place.close()


def paid(fake: Remote, client: stripe.StripeClient, **more: Any) -> str:
    name = client.v1.payment_intents.create(INTENT | more).id
    fake.control("pay", target=name)
    return name


def next_event(webhook: Webhook) -> Any:
    headers, body = webhook.next()
    return stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)


def test_what_it_was_told_survives_kill_9(process: Process) -> None:
    client = client_of(process)
    name = paid(process, client)
    refund = client.v1.refunds.create({"payment_intent": name, "amount": 300}, key("refund"))
    before = process.control("totals")
    process.kill()
    process.start()
    assert process.control("totals") == before
    again = client.v1.refunds.create({"payment_intent": name, "amount": 300}, key("refund"))
    assert again.id == refund.id
    assert process.control("totals") == before


def test_money_is_exact_however_often_it_is_killed_under_load(process: Process) -> None:
    client = client_of(process)
    names = [paid(process, client, amount=10_000) for _ in range(4)]
    kills = threading.Semaphore(0)

    def refund(number: int) -> None:
        order: Any = {"payment_intent": names[number % 4], "amount": 100 + number}
        while True:
            try:
                client.v1.refunds.create(order, key(f"refund-{number}"))
            except (stripe.APIConnectionError, stripe.RateLimitError):
                continue
            kills.release()
            return

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(refund, number) for number in range(60)]
        for _ in range(4):
            for _ in range(10):
                kills.acquire()
            process.kill()
            process.start()
        for job in jobs:
            job.result()
    totals = process.control("totals")
    expected = sum(100 + number for number in range(60))
    assert totals["currencies"] == {"eur": {"captured": 40_000, "refunded": expected}}
    assert sum(len(each["refunds"]) for each in totals["payments"]) == 60


def test_a_line_that_a_kill_cut_off_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text('{"a":1}\n{"b":')
    journal = Journal(path)
    journal.append({"c": 3})
    assert list(journal.lines()) == [{"a": 1}, {"c": 3}]
    journal.close()


def test_undelivered_events_are_delivered_after_a_kill(process: Process) -> None:
    place = Webhook()
    place.refuses = 1_000_000
    process.control("webhook", key=KEY, url=place.url, secret=SECRET)
    client_of(process).v1.payment_intents.create(INTENT)
    process.kill()
    place.refuses = 0
    process.start()
    assert next_event(place).type == "payment_intent.created"
    place.close()


def test_one_key_is_one_effect_with_one_answer(fake: Remote, client: stripe.StripeClient) -> None:
    first = client.v1.payment_intents.create(INTENT, key("pay-1"))
    second = client.v1.payment_intents.create(INTENT, key("pay-1"))
    assert first.id == second.id
    replayed = [
        each.last_response and each.last_response.headers.get("Idempotent-Replayed")
        for each in (first, second)
    ]
    assert replayed == [None, "true"]
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create(INTENT | {"amount": 2}, key("pay-1"))
    other = client_of(fake, "sk_test_other").v1.payment_intents.create(INTENT, key("pay-1"))
    assert other.id != first.id


def test_one_key_at_the_same_time_is_one_effect(fake: Remote, client: stripe.StripeClient) -> None:
    name = paid(fake, client)
    order: Any = {"payment_intent": name, "amount": 100}

    def refund(_: int) -> str:
        while True:
            try:
                return client.v1.refunds.create(order, key("refund-1")).id
            except stripe.APIError:  # the key is in use
                continue

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(refund, range(8)))) == 1
    assert fake.control("totals")["currencies"]["eur"]["refunded"] == 100


@pytest.mark.parametrize(("kind", "effect"), [("error_after", 1), ("error_before", 0)])
def test_an_error_500_is_what_its_key_answers_again(
    fake: Remote, client: stripe.StripeClient, kind: str, effect: int
) -> None:
    fake.fault(kind, times=1)
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.payment_intents.create(INTENT, key("pay-1"))
        assert caught.value.headers is not None
        assert caught.value.headers.get("Idempotent-Replayed") == replayed
    assert len(client.v1.payment_intents.list().data) == effect


def test_a_wrong_parameter_does_not_use_its_key_up(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(INTENT | {"amount": 0}, key("pay-1"))
    assert client.v1.payment_intents.create(INTENT, key("pay-1")).amount == 1000


@pytest.mark.parametrize(
    ("kind", "effects"),
    [("lost", 0), ("limited", 0), ("reset_after", 1), ("timeout_after", 1), ("slow", 1)],
)
def test_a_fault_strikes_before_or_after_the_effect(
    fake: Remote, client: stripe.StripeClient, kind: str, effects: int
) -> None:
    fake.fault(kind, r"POST /v1/payment_intents$", times=1, seconds=0.05)
    try:
        client.v1.payment_intents.create(INTENT)
    except (stripe.APIConnectionError, stripe.RateLimitError):
        assert kind != "slow"
    assert len(client.v1.payment_intents.list().data) == effects
    client.v1.payment_intents.create(INTENT)
    assert len(client.v1.payment_intents.list().data) == effects + 1


def test_a_fault_may_strike_by_chance(fake: Remote, client: stripe.StripeClient) -> None:
    fake.fault("limited", rate=0.0)
    client.v1.payment_intents.list()
    with pytest.raises(HTTPError):
        fake.fault("no such fault")


def test_a_page_has_its_payment_only_once_somebody_submits_it(
    fake: Remote, client: stripe.StripeClient
) -> None:
    sessions = client.v1.checkout.sessions
    session = sessions.create(SESSION)
    assert session.payment_intent is None
    fake.control("decline", target=session.url)
    intent: Any = sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    assert (intent.status, intent.metadata["payment"]) == ("requires_payment_method", "2")
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(intent.id)
    fake.control("pay", target=session.url)
    done = sessions.retrieve(session.id)
    assert (done.status, done.payment_status, done.payment_intent) == (
        "complete",
        "paid",
        intent.id,
    )
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        sessions.expire(session.id)
    assert [each.id for each in sessions.list({"payment_intent": intent.id}).data] == [session.id]


def test_an_expired_page_cannot_be_paid(fake: Remote, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(SESSION)
    fake.control("decline", target=session.url)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    assert "expired" in fake.refuses("pay", target=session.id)
    (intent,) = client.v1.payment_intents.list().data
    assert intent.status == "canceled"


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_page_lives_between_30_minutes_and_a_day(
    client: stripe.StripeClient, minutes: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="30 minutes"):
        client.v1.checkout.sessions.create(
            SESSION | {"expires_at": int(time.time()) + minutes * 60}
        )


def test_what_is_paid_cannot_be_cancelled_or_paid_twice(
    fake: Remote, client: stripe.StripeClient
) -> None:
    name = paid(fake, client)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.cancel(name)
    assert caught.value.code == "payment_intent_unexpected_state"
    assert fake.refuses("pay", target=name)
    assert fake.refuses("pay", target="pi_nothing")
    assert fake.refuses("dance", target=name)


def test_refunds_end_with_what_the_charge_has_left(
    fake: Remote, client: stripe.StripeClient
) -> None:
    name = paid(fake, client)
    create = client.v1.refunds.create
    create({"payment_intent": name, "amount": 600})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        create({"payment_intent": name, "amount": 401})
    rest = create({"payment_intent": name})
    assert rest.amount == 400
    with pytest.raises(stripe.InvalidRequestError) as caught:
        create({"payment_intent": name, "amount": 1})
    assert caught.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(str(rest.charge))
    assert (charge.amount_refunded, charge.refunded) == (1000, True)
    fake.control("bounce", target=rest.id)
    charge = client.v1.charges.retrieve(str(rest.charge))
    assert (charge.amount_refunded, charge.refunded) == (600, False)
    assert client.v1.refunds.retrieve(rest.id).status == "failed"
    assert fake.refuses("bounce", target=rest.id)


def test_what_nobody_paid_has_nothing_to_refund(client: stripe.StripeClient) -> None:
    name = client.v1.payment_intents.create(INTENT).id
    with pytest.raises(stripe.InvalidRequestError, match="no successful charge"):
        client.v1.refunds.create({"payment_intent": name})


def test_the_totals_count_bounced_refunds_as_not_refunded(
    fake: Remote, client: stripe.StripeClient
) -> None:
    name = paid(fake, client)
    refunds = [client.v1.refunds.create({"payment_intent": name, "amount": 100}) for _ in "123"]
    fake.control("bounce", target=refunds[0].id)
    totals = fake.control("totals")
    assert totals["currencies"] == {"eur": {"captured": 1000, "refunded": 200}}
    (payment,) = totals["payments"]
    assert payment["metadata"] == {"payment": "1"}
    assert sorted(each["status"] for each in payment["refunds"]) == [
        "failed",
        "succeeded",
        "succeeded",
    ]


def test_lists_come_in_pages_in_both_directions(client: stripe.StripeClient) -> None:
    names = [client.v1.payment_intents.create(INTENT).id for _ in range(25)]
    intents = client.v1.payment_intents
    assert [each.id for each in intents.list({"limit": 4}).auto_paging_iter()] == names[::-1]
    newer = intents.list({"limit": 3, "ending_before": names[20]})
    assert [each.id for each in newer.data] == names[23:20:-1]
    assert newer.has_more
    assert len(intents.list().data) == 10
    assert intents.list({"created": {"lt": 1}}).data == []
    for wrong in ({"limit": 101}, {"starting_after": "pi_nothing"}):
        with pytest.raises(stripe.InvalidRequestError):
            intents.list(wrong)  # type: ignore[arg-type]


def test_payments_are_searched_by_metadata(client: stripe.StripeClient) -> None:
    names = [client.v1.payment_intents.create(INTENT).id for _ in range(5)]
    client.v1.payment_intents.create(INTENT | {"metadata": {"payment": "11"}})
    found = client.v1.payment_intents.search({"query": "metadata['payment']:'1'", "limit": 2})
    assert [each.id for each in found.auto_paging_iter()] == names[::-1]


def test_accounts_and_modes_do_not_see_each_other(fake: Remote) -> None:
    client = client_of(fake)
    name = client.v1.payment_intents.create(INTENT).id
    for other in (
        client_of(fake, "sk_test_other"),
        client_of(fake, "sk_live_of_the_lab"),
        client_of(fake, stripe_account="acct_1"),
    ):
        with pytest.raises(stripe.InvalidRequestError, match="No such"):
            other.v1.payment_intents.retrieve(name)
        assert other.v1.payment_intents.list().data == []
    with pytest.raises(stripe.AuthenticationError):
        client_of(fake, "nonsense").v1.payment_intents.retrieve(name)


def test_events_are_signed_and_say_what_happened(
    fake: Remote, client: stripe.StripeClient, webhook: Webhook
) -> None:
    name = paid(fake, client)
    fake.control("dispute", target=name)
    kinds = {next_event(webhook).type for _ in range(4)}
    assert kinds == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.dispute.created",
    }
    assert {each.type for each in client.v1.events.list().data} == kinds


def test_events_come_twice_late_out_of_order_or_never(
    fake: Remote, client: stripe.StripeClient, webhook: Webhook
) -> None:
    fake.control("manners", copies=3, shuffle=0.2, delay=0.01)
    names = {client.v1.payment_intents.create(INTENT).id for _ in range(10)}
    objects = [next_event(webhook).data.object["id"] for _ in range(30)]
    assert set(objects) == names
    assert objects != sorted(objects, key=objects.index)
    fake.control("manners", copies=1, shuffle=0, delay=0, lose=1.0)
    lost = client.v1.payment_intents.create(INTENT)
    (event,) = client.v1.events.list({"limit": 1}).data
    assert event.data.object["id"] == lost.id
    fake.control("resend", event=event.id)
    assert next_event(webhook).id == event.id
    assert webhook.arrived.empty()


def test_an_event_is_sent_until_it_is_answered(
    fake: Remote, client: stripe.StripeClient, webhook: Webhook
) -> None:
    webhook.refuses = 2
    client.v1.payment_intents.create(INTENT)
    assert next_event(webhook).type == "payment_intent.created"
    assert webhook.refuses == -1


def test_forms_are_read_as_stripe_writes_them() -> None:
    text = "a[b][c]=1&list[0][x]=2&list[1][x]=3&expand[]=y&expand[]=z&e[0]=v&blank="
    assert parse(text) == {
        "a": {"b": {"c": "1"}},
        "list": [{"x": "2"}, {"x": "3"}],
        "expand": ["y", "z"],
        "e": ["v"],
        "blank": "",
    }


def test_an_address_that_does_not_exist_is_a_404(fake: Remote, client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized"):
        client.v1.customers.list()
