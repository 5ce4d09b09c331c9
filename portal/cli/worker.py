"""`portal worker`: the background process."""

from __future__ import annotations

import click
from procrastinate import App, PsycopgConnector
from sqlalchemy.engine import make_url

from portal import config
from portal.accounts.recovery import jobs as recovery
from portal.cli.installation import Installation, open_installation, open_vault
from portal.disclosure.protection import jobs as protection
from portal.disclosure.publication import jobs as publication
from portal.inquiries import jobs as inquiries
from portal.kernel.db import DbRole
from portal.memorial import jobs as memorial
from portal.notifications import jobs as notifications
from portal.notifications.jobs import PostOffice
from portal.notifications.mailer import SmtpMailer
from portal.notifications.vocab import Rhythm
from portal.oversight import jobs as oversight
from portal.records.archive import jobs as archive
from portal.records.archive.jobs import Inbox
from portal.records.likeness import jobs as likeness
from portal.vault.custody import jobs as custody
from portal.vault.custody.jobs import Keeping

AT_ONCE = 2  # an import may take hours; messages do not wait for it


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def worker(once: bool) -> None:
    """Do what was deferred: messages, names that are due and their index, old drafts, sign-ins."""
    settings = config.load()
    settings.required_keys()
    with open_installation(settings) as installation:
        run(installation, once)


def run(installation: Installation, once: bool = False) -> None:
    """Work on the queue, under the worker's own database role."""
    settings, place = installation.settings, installation.place
    rhythm = Rhythm(immediate=not settings.message_window)
    office = PostOffice(place, SmtpMailer(settings.mail), settings.organisation, rhythm)
    queue = queue_of(installation.addresses.application)
    with open_vault(settings) as vault, queue.open():
        keeping = Keeping(place, vault, settings.fixity_period)
        keeping.follow_ledger()
        inbox = Inbox(place, vault, settings.archive_inbox)
        tools = {"inbox": inbox, "keeping": keeping, "place": place, "post_office": office}
        # What is done is forgotten: jobs that stay would tell for years who signed in when.
        queue.run_worker(
            wait=not once,
            listen_notify=not once,
            additional_context=tools,
            concurrency=AT_ONCE,
            delete_jobs="successful",
        )


def queue_of(database_url: str) -> App:
    """The queue and all tasks it knows."""
    url = make_url(database_url)
    connector = PsycopgConnector(
        conninfo=url.set(drivername="postgresql").render_as_string(hide_password=False),
        kwargs={"options": f"-c role={DbRole.WORKER.value}"},
    )
    app = App(connector=connector)
    app.add_tasks_from(archive.tasks, namespace="archive")
    app.add_tasks_from(inquiries.tasks, namespace="inquiries")
    app.add_tasks_from(likeness.tasks, namespace="likeness")
    app.add_tasks_from(memorial.tasks, namespace="memorial")
    app.add_tasks_from(notifications.tasks, namespace="notifications")
    app.add_tasks_from(oversight.tasks, namespace="oversight")
    app.add_tasks_from(protection.tasks, namespace="protection")
    app.add_tasks_from(publication.tasks, namespace="publication")
    app.add_tasks_from(recovery.tasks, namespace="recovery")
    app.add_tasks_from(custody.tasks, namespace="vault")
    return app
