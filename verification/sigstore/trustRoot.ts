import { createHash } from 'node:crypto';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import type { CertificateAuthority, TimeRange, TransparencyLogInstance } from '@sigstore/protobuf-specs';
import { toTrustMaterial } from '@sigstore/verify';
import type { TrustRootFinding } from '../finding';
import { failure, success } from '../result';
import type { Result } from '../result';
import type { TrustRootThresholds } from '../trust-policy/types';
import { askIssuers, keepBytes, rememberIssuers } from './certificateBytes';
import { member } from '../json';
import { parseStrictJson } from '../strictJson';
import type { LoadedTrustRoot } from './types';
import { TRUSTED_ROOT_MEDIA_TYPES } from './wireFormats';

export type TrustRootUnavailable = Extract<TrustRootFinding, { code: 'trust-root-unavailable' }>;

/** What the trust policy says about a trust root. */
export interface TrustRootDeclaration {
  readonly name: string;
  readonly thresholds: TrustRootThresholds;
}

/** The `trust-root-unavailable` failure. */
export function unavailable(trustRoot: string, reason: string): Result<never, TrustRootUnavailable> {
  return failure({ code: 'trust-root-unavailable', trustRoot, reason });
}

/**
 * Loads a trust root from the bytes of a Sigstore `trusted_root.json`, once for a run: building the material takes some milliseconds.
 *
 * Stricter than the library, which reads a missing `validFor.start` as 1970 and so lets a retired authority vouch for anything.
 *
 * @returns the trust root, or `trust-root-unavailable` when it is not a trusted root, is incomplete, or can never meet its thresholds
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 */
export function loadTrustRootFile(bytes: Uint8Array, root: TrustRootDeclaration): Result<LoadedTrustRoot, TrustRootUnavailable> {
  const json = parseStrictJson(bytes);
  if (json === undefined) return unavailable(root.name, 'expected a Sigstore trusted root, got something that is not JSON');
  const mediaType = member(json, 'mediaType');
  if (!TRUSTED_ROOT_MEDIA_TYPES.has(mediaType)) {
    const found = typeof mediaType === 'string' ? `"${mediaType}"` : 'none';
    return unavailable(root.name, `expected a Sigstore trusted root, got media type ${found}`);
  }
  try {
    return loadTrustedRoot(TrustedRoot.fromJSON(json), root, createHash('sha256').update(bytes).digest('hex'));
  } catch {
    return unavailable(root.name, 'the trusted root cannot be read: a certificate or a key in it is not what its place asks for');
  }
}

/** Loads an already parsed trusted root under the same rules. May throw for keys and certificates that do not parse. */
function loadTrustedRoot(trusted: TrustedRoot, root: TrustRootDeclaration, sha256: string): Result<LoadedTrustRoot, TrustRootUnavailable> {
  const gap = findGap(trusted) ?? findUnreachableThreshold(trusted, root.thresholds);
  if (gap !== undefined) return unavailable(root.name, gap);
  const material = toTrustMaterial(trusted);
  for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities]) {
    for (const certificate of certChain) {
      keepBytes(certificate);
      rememberIssuers(certificate);
    }
    askIssuers(certChain);
  }
  return success({ name: root.name, sha256, material, thresholds: root.thresholds });
}

function findGap({ certificateAuthorities, timestampAuthorities, tlogs, ctlogs }: TrustedRoot): string | undefined {
  if (certificateAuthorities.length === 0) return 'certificateAuthorities is empty';
  const authority = (path: string) => (ca: CertificateAuthority, index: number) =>
    certificateGap(`${path}[${index}]`, ca) ?? periodGap(`${path}[${index}].validFor`, ca.validFor);
  const log = (path: string) => (instance: TransparencyLogInstance, index: number) =>
    keyGap(`${path}[${index}]`, instance) ?? periodGap(`${path}[${index}].publicKey.validFor`, instance.publicKey?.validFor);
  return [
    ...certificateAuthorities.map(authority('certificateAuthorities')),
    ...timestampAuthorities.map(authority('timestampAuthorities')),
    ...tlogs.map(log('tlogs')),
    ...ctlogs.map(log('ctlogs')),
  ].find((gap) => gap !== undefined);
}

function certificateGap(path: string, ca: CertificateAuthority): string | undefined {
  const certificates = ca.certChain?.certificates ?? [];
  return certificates.length === 0 ? `${path}.certChain has no certificates` : undefined;
}

function keyGap(path: string, log: TransparencyLogInstance): string | undefined {
  if ((log.publicKey?.rawBytes?.length ?? 0) === 0) return `${path}.publicKey is missing`;
  return (log.checkpointKeyId ?? log.logId)?.keyId.length ? undefined : `${path}.logId is missing`;
}

function periodGap(path: string, period: TimeRange | undefined): string | undefined {
  if (period?.start === undefined) return `${path}.start is missing`;
  if (Number.isNaN(period.start.getTime())) return `${path}.start is not a date`;
  return period.end !== undefined && Number.isNaN(period.end.getTime()) ? `${path}.end is not a date` : undefined;
}

/** A threshold above the number of witnesses would reject every signature, with a reason that blames the signer. */
function findUnreachableThreshold(trusted: TrustedRoot, thresholds: TrustRootThresholds): string | undefined {
  const logs = trusted.tlogs.length;
  const bounds: readonly (readonly [asked: number, named: number, what: string])[] = [
    [thresholds.transparencyLog, logs, 'transparency logs'],
    [thresholds.certificateTransparency, trusted.ctlogs.length, 'certificate transparency logs'],
    [thresholds.timestamps, logs + trusted.timestampAuthorities.length, 'sources of trusted time'],
  ];
  const broken = bounds.find(([asked, named]) => asked > named);
  return broken && `its thresholds ask for ${broken[0]} ${broken[2]}, it names ${broken[1]}`;
}
