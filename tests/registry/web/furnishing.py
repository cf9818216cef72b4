"""One of everything that a person may open by its number, so that every page and answer can be asked for."""

from registry.families.tables import Family, FamilyMember
from registry.observation.tables import ObservedPlace
from registry.tracing.tables import Inquiry
from tests.registry.web.scene import Met, Scene


def furnish(scene: Scene, met: Met) -> None:
    now = scene.web.clock.now()
    with scene.web.database.writing() as work:
        child = FamilyMember(child_id=met.child_ids[0], relation="sibling", joined_at=now, joined_by="test")
        work.session.add(Family(area="شوش", opened_at=now, opened_by="test", members=[child]))
        day = now.date()
        place = {"name": "چهارراه ولی‌عصر", "kind": "junction", "district": "۶", "planned_at": now, "planned_by": "test"}
        work.session.add(ObservedPlace(**place, district_starts_on=day, observe_from=day))
        said = {"inquirer": {"name": "کریم", "relation": "پدر"}, "child": {"given_name": "زهرا"}}
        work.session.add(Inquiry(reference="T-1", inquiry=said, taken_at=now, taken_by="test"))
        work.commit()
