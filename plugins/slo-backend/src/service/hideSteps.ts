import {
  JOURNEY_ANNOTATION,
  JourneyStep,
  ObjectiveResult,
  SloDetail,
  SloSummary,
} from '@shopfloor/plugin-slo-common';
import { StoredSlo } from '../store/SloStore';

type WithJourney = { definition: Pick<StoredSlo['definition'], 'journey'> };

/** Entities whose SLOs are steps of the journeys among these, as refs; some of them more than once. */
export function stepEntities(slos: WithJourney[]): string[] {
  return stepsOf(slos).map(({ entityRef }) => entityRef);
}

/** Steps of journeys that belong to entities which are not among the visible ones. */
export function hiddenSteps(
  slos: WithJourney[],
  visible: ReadonlySet<string>,
): JourneyStep[] {
  return stepsOf(slos).filter(({ entityRef }) => !visible.has(entityRef));
}

/**
 * A journey without what it tells of steps that the person may not see: their names, targets and figures. Their weights
 * and the whole are the journey's own. What is given is not changed: it is shared with others who may see more.
 */
export function hideSteps<Shown extends SloSummary | SloDetail>(
  shown: Shown,
  slo: WithJourney,
  visible: ReadonlySet<string>,
): Shown {
  const hidden = hiddenSteps([slo], visible);
  if (hidden.length === 0) {
    return shown;
  }
  return {
    ...shown,
    objectives: shown.objectives.map(objective =>
      withoutHiddenParts(objective, visible),
    ),
    ...(shown.failure && {
      failure: {
        ...shown.failure,
        message: withoutNames(shown.failure.message, hidden),
      },
    }),
    ...('document' in shown && {
      document: documentOf(shown.document, slo, visible),
    }),
  };
}

/** What was said of a journey, unless it names a step that the person may not see. */
export function withoutNames(message: string, hidden: JourneyStep[]): string {
  return hidden.some(({ entityRef }) => message.includes(entityRef))
    ? 'A step of this journey is not known; it belongs to an entity that you may not see'
    : message;
}

/**
 * A text of OpenSLO in which steps have other names. They are still steps: the text reads as before.
 *
 * @param text - as it is written, where a step may go without kind and namespace
 */
export function withoutStepsInText(
  text: string,
  hidden: JourneyStep[],
): string {
  return hidden.reduce((result, { entityRef, slo }, index) => {
    const [kind, rest] = entityRef.split(':');
    const [namespace, name] = rest.split('/');
    const escaped = [kind, namespace, `${name}/${slo}`].map(each =>
      each.replace(/[.]/g, '\\$&'),
    );
    return result.replace(
      new RegExp(
        `(?<![\\w./-])(?:${escaped[0]}:)?(?:${escaped[1]}/)?${escaped[2]}(?![\\w-])`,
        'gi',
      ),
      `not-visible/step-${index + 1}`,
    );
  }, text);
}

function stepsOf(slos: WithJourney[]): JourneyStep[] {
  return slos.flatMap(({ definition }) => definition.journey ?? []);
}

function withoutHiddenParts(
  objective: ObjectiveResult,
  visible: ReadonlySet<string>,
): ObjectiveResult {
  return {
    ...objective,
    ...(objective.parts && {
      parts: objective.parts.map(part =>
        part.entityRef && !visible.has(part.entityRef)
          ? { name: '', target: 0, weight: part.weight, hidden: true as const }
          : part,
      ),
    }),
  };
}

function documentOf(
  document: Record<string, unknown>,
  { definition }: WithJourney,
  visible: ReadonlySet<string>,
): Record<string, unknown> {
  const metadata = document.metadata as Record<string, unknown>;
  const steps = (definition.journey ?? []).map(
    ({ entityRef, slo, weight }, index) =>
      `${
        visible.has(entityRef)
          ? `${entityRef}/${slo}`
          : `not-visible/step-${index + 1}`
      } = ${weight}`,
  );
  return {
    ...document,
    metadata: {
      ...metadata,
      annotations: {
        ...(metadata.annotations as Record<string, unknown>),
        [JOURNEY_ANNOTATION]: steps.join('\n'),
      },
    },
  };
}
