import type { Observation } from '../pod-security/types';
import type { ModelPod } from './modelPod';

/** A control beyond the Pod Security Standards that a pod which serves a model should have. */
export interface Control {
  readonly id: string;
  /** What it asks for, in a few words. */
  readonly title: string;
  /** `block`: leaving it out opens a hole. `advise`: it costs availability, or depth of defence. */
  readonly severity: 'block' | 'advise';
  readonly reason: string;
  readonly fix: string;
  /** The policy of the pack that already tells about it, with more to say. */
  readonly toldBy?: string;
  readonly look: (pod: ModelPod) => readonly Observation[];
}

/** What one control says about a pod. */
export interface ControlFinding extends Observation {
  readonly controlId: string;
  readonly severity: Control['severity'];
  readonly reason: string;
  readonly fix: string;
}
