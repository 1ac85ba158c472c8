import { CONTROLS, controlFindings, invocationOf, ModelPod, SURROUNDING_CONTROLS } from './controls';
import type { Surrounded, Surroundings } from './controls';
import { optOutReason, serverOptionControl } from './optOut';
import type { Pod } from './pod/pod';
import type { Field } from './pod/field';
import { podSecurityFindings } from './pod-security';
import type { PodSecurityLevel, PodSecurityVersion } from './pod-security';
import type { Observation } from './pod-security/types';
import { dangerousServerOptions, SERVER_OPTION_RULES, TRUST_REMOTE_CODE } from './server-options';

/** A pod that is judged. */
export interface AssessedPod {
  readonly pod: Pod;
  /** `spec.replicas` of its workload. */
  readonly replicas?: Field;
  /** Something else completes it (a patch, a KServe runtime), so what is missing here may be there. */
  readonly isPartial?: boolean;
}

/** What is wrong with one or more fields of a pod, by one check, control or option. */
export interface Shortcoming {
  /** Id of the check or control; `option-...` for server options. It is also what an opt-out names. */
  readonly id: string;
  readonly severity: 'block' | 'advise';
  readonly outcome: Observation['outcome'];
  readonly places: readonly Pick<Observation, 'path' | 'expected' | 'found'>[];
  readonly reason: string;
  readonly fix: string;
  /** Why the pod gives it up. */
  readonly optOut?: string;
}

type Finding = Omit<Shortcoming, 'places' | 'optOut'> & { readonly place: Observation };

/** Pod Security Standards for every pod. */
export function assessPodSecurity(assessed: AssessedPod, level: PodSecurityLevel, version: PodSecurityVersion): readonly Shortcoming[] {
  const findings = podSecurityFindings(assessed.pod, level, version);
  return collect(
    assessed,
    findings.map(({ checkId, reason, fix, ...place }) => ({ id: checkId, severity: 'block', outcome: place.outcome, reason, fix, place })),
  );
}

/** Controls for a pod that serves a model, without those that another policy tells about. */
export function assessControls(assessed: AssessedPod): readonly Shortcoming[] {
  const elsewhere = new Set(CONTROLS.filter(({ toldBy }) => toldBy !== undefined).map(({ id }) => id));
  const findings = controlFindings(new ModelPod(assessed.pod, assessed.replicas)).filter(({ controlId }) => !elsewhere.has(controlId));
  return collect(
    assessed,
    findings.map(({ controlId, severity, reason, fix, ...place }) => ({
      id: controlId,
      severity,
      outcome: place.outcome,
      reason,
      fix,
      place,
    })),
  );
}

/** Controls about what stands around a workload with a model: network policies and disruption budgets of the same stack. */
export function assessSurroundings(assessed: AssessedPod, workload: Surrounded, surroundings: Surroundings): readonly Shortcoming[] {
  const findings = SURROUNDING_CONTROLS.flatMap(({ id, severity, reason, fix, look }) =>
    look(workload, surroundings).map((place): Finding => ({ id, severity, outcome: place.outcome, reason, fix, place })),
  );
  return collect(assessed, findings);
}

/** Dangerous options of every container. */
export function assessServerOptions(assessed: AssessedPod): readonly Shortcoming[] {
  const findings = assessed.pod.containers.flatMap(({ field }) =>
    dangerousServerOptions(invocationOf(field)).map(({ option, where, index, severity, certainty, reason, fix }): Finding => {
      const outcome = certainty === 'certain' ? 'violation' : 'undecidable';
      const place = {
        outcome,
        path: `${field.path}.${where}[${index}]`,
        expected: `no ${option}`,
        found: certainty === 'certain' ? option : `${option}, of a value not known here`,
      } as const;
      return { id: serverOptionControl(option), severity, outcome, reason, fix, place };
    }),
  );
  return collect(assessed, findings);
}

/** One entry for each check and outcome, with all its places. */
function collect({ pod, isPartial = false }: AssessedPod, findings: readonly Finding[]): readonly Shortcoming[] {
  const collected = new Map<string, Shortcoming>();
  for (const { place, ...finding } of findings) {
    const reason = optOutReason(pod.metadata, finding.id);
    // Who gives it up says that nothing else adds it.
    if (isPartial && place.missing === true && reason === undefined) continue;
    const key = `${finding.id} ${finding.outcome} ${finding.reason}`;
    const { path, expected, found } = place;
    const places = collected.get(key)?.places ?? [];
    if (places.some((other) => other.path === path && other.expected === expected)) continue;
    collected.set(key, { ...finding, places: [...places, { path, expected, found }], ...(reason !== undefined && { optOut: reason }) });
  }
  return [...collected.values()];
}

/** Options that only a model server has. */
const MODEL_SERVER_OPTIONS: ReadonlySet<string> = new Set(
  [TRUST_REMOTE_CODE, ...Object.entries(SERVER_OPTION_RULES).flatMap(([server, rules]) => (server === 'any' ? [] : rules))]
    .filter(({ ambiguous }) => ambiguous !== true)
    .flatMap(({ flags = [], variables = [] }) => [...flags, ...variables])
    .map(serverOptionControl),
);

/** Whether a shortcoming about an option shows by itself that a model server runs there. */
export function isModelServerOption(id: string): boolean {
  return MODEL_SERVER_OPTIONS.has(id);
}
