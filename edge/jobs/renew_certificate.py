"""Every hour: is the certificate at the store's broker fresh, and does the broker show it?"""

from __future__ import annotations

from datetime import UTC, datetime

from edge.jobs.job import Context, Every, Job


def run(context: Context) -> str:
    # Here, so that a node without a broker does not load what makes certificates.
    from edge.deploy.renewing import renew

    done = renew(context.folder, datetime.fromtimestamp(context.now_ms() / 1000, UTC))
    return "no broker of ours" if done is None else done.told()


JOB = Job(name="renew_certificate", due=Every(3600), missed="once", run=run)
