import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { ImageVerifier, formatFindings, loadTrustPolicy, renderVerificationSummary } from 'pulumi-model-supply-chain/verification';
import { TRUST_POLICY, VERIFIER_ID } from './gate';

/** Verifies an image under the trust policy, its caller included, and signs that it did. */
async function promote(reference: string): Promise<void> {
  const loaded = await loadTrustPolicy(TRUST_POLICY);
  if (!loaded.ok) throw new Error(formatFindings([loaded.finding]));
  const verdict = await new ImageVerifier(loaded.value).verify(reference);
  if (verdict.outcome !== 'verified') throw new Error(formatFindings(verdict.findings, reference));
  const summary = renderVerificationSummary(verdict, {
    verifierId: VERIFIER_ID,
    policyUri: 'https://acme.example/trust-policy.yaml',
    policyDigest: `sha256:${loaded.value.sha256}`,
    timeVerified: new Date(),
  });
  if (summary === undefined) throw new Error(`${reference} has no digest`);
  writeFileSync('summary.json', JSON.stringify(summary.predicate));
  const unlogged = ['--key', 'gate.key', '--use-signing-config=false', '--tlog-upload=false'];
  const about = ['--type', summary.predicateType, '--predicate', 'summary.json', reference];
  execFileSync('cosign', ['attest', '--yes', ...unlogged, ...about], { stdio: 'inherit' });
}

promote(process.argv[2] ?? 'write an image: npx tsx promote.ts ghcr.io/acme/ml-models/sentiment@sha256:...').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
