import type * as pulumi from '@pulumi/pulumi';

import { ANNOTATION_PREFIX, optOutAnnotation } from '../../hardening';
import { mapInput } from '../arguments/mapInput';
import type { ModelServingSettings } from './settings';
import { imageOf } from './settings/files';
import { allMounts } from './settings/servedFiles';
import { verificationDigest } from './verificationConfig';

/**
 * Annotations of the pods, by which a running pod is matched to its verdict: the digests that the policy pack and admission verified, under
 * names that do not depend on where in the pod an image stands.
 *
 * - `pulumi-model-supply-chain/image-digest`: the server image
 * - `pulumi-model-supply-chain/model-digest`, `.../adapter-NAME-digest`, `.../tokenizer-digest`, `.../draft-model-digest`: images of files
 * - `pulumi-model-supply-chain/verification-digest`: keys by which files are verified at start
 * - `pulumi-model-supply-chain/opt-out-CONTROL`: the reason why a control is given up
 */
export function podAnnotations(settings: ModelServingSettings): Record<string, pulumi.Input<string>> {
  const { model } = settings.files;
  const digests = allMounts(settings.files).flatMap((mount) => {
    const image = imageOf(mount);
    return image === undefined
      ? []
      : [[`${ANNOTATION_PREFIX}${mount === model ? 'model' : mount.volume}-digest`, mapInput(image, digestOf)] as const];
  });
  const verification = verificationDigest(settings.files);
  return {
    [`${ANNOTATION_PREFIX}image-digest`]: mapInput(settings.image, digestOf),
    ...Object.fromEntries(digests),
    ...(verification !== undefined && { [`${ANNOTATION_PREFIX}verification-digest`]: verification }),
    ...Object.fromEntries(settings.optOuts.map(({ control, reason }) => [optOutAnnotation(control), reason])),
  };
}

/** `sha256:...` of a reference that is pinned by digest. */
const digestOf = (reference: string): string => reference.slice(reference.lastIndexOf('@') + 1);
