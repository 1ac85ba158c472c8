import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import type { Finding, Verdict } from '../../verification';
import type { EngineOperation } from '../engineOperation';
import type { ImageSite } from '../image-sources';
import { policyPage } from '../policyPage';
import { ResourceImages } from '../resourceImages';
import { projectOf } from '../verification';
import type { Verification, VerificationConfig } from '../verification';
import { checkedPolicy } from '../settings/checkedPolicy';
import { report } from '../violations';
import type { Violation } from '../violations';

/** Name of the policy that takes the setting `trustPolicy`. */
export const VERIFIED_IMAGE = 'require-verified-image';
const DESCRIPTION = 'Every image and model of the stack must be signed as the trust policy says.';

interface Config extends VerificationConfig {
  readonly undetermined?: 'mandatory' | 'advisory';
}

/** The images of one resource, being verified. */
interface Pending {
  readonly urn: string;
  readonly violations: Promise<readonly Violation[]>;
}

/**
 * Blocks every image and model that does not verify.
 *
 * The engine hands over resources one at a time and waits for each answer. At preview nothing is created, so verification only starts
 * there and all images are verified at the same time; the stack part then reports what came out, against each resource. On `up` the
 * answer about a resource must come before it is created, so there it is awaited.
 */
export function requireVerifiedImage(
  engine: EngineOperation,
  verification: Verification,
): ResourceValidationPolicy & StackValidationPolicy {
  const pending: Pending[] = [];
  const images = new ResourceImages();
  let trustPolicyToldOf = false;
  let weakSpotsToldOf = false;

  return checkedPolicy({
    name: VERIFIED_IMAGE,
    displayName: 'Require verified images and models',
    description: DESCRIPTION,
    enforcementLevel: 'mandatory',
    severity: 'critical',
    tags: ['supply-chain', 'sigstore', 'signature'],
    remediationSteps: 'Sign the image in the workflow that the trust policy names (cosign sign), or use an image that this workflow built.',
    url: policyPage(VERIFIED_IMAGE),
    configSchema: {
      properties: {
        trustPolicy: {
          type: ['string', 'object'],
          minLength: 1,
          description:
            'Path of the trust policy (a relative one starts from the directory of the project), or the policy itself. Default: trust-policy.yaml in the directory of the project or above it, within the repository.',
        },
        tokenRealms: {
          type: 'object',
          description:
            'Registry host to the hosts of token services that may have its credentials: {"registry.corp": ["auth.corp"]}. Adds to MODEL_GATE_TOKEN_REALMS. Default: none.',
        },
        undetermined: {
          enum: ['mandatory', 'advisory'],
          default: 'mandatory',
          description: 'Whether an image that could not be checked (registry down, no credentials) blocks.',
        },
      },
    },

    async validateResource(args: ResourceValidationArgs, reportViolation: ReportViolation): Promise<void> {
      const config = args.getConfig<Config>();
      const opened = await verification.open(config, projectOf(args.urn));
      if (!opened.ok) {
        // Once is enough to fail a preview, and the same list of problems under every resource would bury the reader. On `up` the
        // answer about a resource decides about that resource, so there each one with images is refused.
        if (!trustPolicyToldOf || (!engine.isPreview() && images.of(args).length > 0))
          report({ message: await verification.format(opened.finding) }, reportViolation, DESCRIPTION);
        trustPolicyToldOf = true;
        return;
      }
      if (!weakSpotsToldOf) {
        weakSpotsToldOf = true; // before the first await: the engine may hand over the next resource meanwhile
        for (const finding of opened.value.lint())
          report({ message: await verification.format(finding), level: 'advisory' }, reportViolation, DESCRIPTION);
      }
      const sites = images.of(args);
      if (sites.length === 0) return;
      const resource: Pending = { urn: args.urn, violations: violationsOf(sites, { config, project: projectOf(args.urn) }, verification) };
      // Awaited below or at the end of the preview, where a fault surfaces; until then it must not count as unhandled.
      resource.violations.catch(() => undefined);
      if (engine.isPreview()) pending.push(resource);
      else for (const violation of await resource.violations) report(violation, reportViolation, DESCRIPTION);
    },

    async validateStack(_args, reportViolation): Promise<void> {
      for (const resource of pending) {
        for (const violation of await resource.violations) report(violation, reportViolation, DESCRIPTION, resource.urn);
      }
    },
  });
}

/** What is the same for all images of a resource. */
interface Context {
  readonly config: Config;
  readonly project: string;
}

async function violationsOf(sites: readonly ImageSite[], context: Context, verification: Verification): Promise<readonly Violation[]> {
  return (await Promise.all(sites.map((site) => violationsOfSite(site, context, verification)))).flat();
}

async function violationsOfSite(site: ImageSite, context: Context, verification: Verification): Promise<readonly Violation[]> {
  const at = `${site.path} (${site.what})`;
  const { value } = site;
  switch (value.kind) {
    case 'unknown':
      return []; // an obligation of its own: disallow-unknown-image
    case 'unreadable': {
      const finding: Finding = { code: 'image-unreadable', expected: value.expected, found: value.found };
      return [{ message: await verification.format(finding, at) }];
    }
    case 'known':
      return violationsOfVerdict(
        await verification.verify(context.config, value.reference, context.project),
        at,
        context.config,
        verification,
      );
  }
}

async function violationsOfVerdict(
  verdict: Verdict,
  at: string,
  config: Config,
  verification: Verification,
): Promise<readonly Violation[]> {
  if (verdict.outcome === 'verified') {
    return Promise.all(
      verdict.warnings.map(async (finding) => ({ message: await verification.format(finding, at), level: 'advisory' }) as const),
    );
  }
  if (verdict.enforcement === 'ignore') return [];
  const advisory = verdict.enforcement === 'warn' || (verdict.outcome === 'undetermined' && config.undetermined === 'advisory');
  const text = await verification.formatAll(verdict.findings, at);
  return [{ message: `${OUTCOME[verdict.outcome]}: ${text}`, ...(advisory && { level: 'advisory' as const }) }];
}

/** The outcomes must be told apart at a glance. */
const OUTCOME = { rejected: 'REJECTED', undetermined: 'UNDETERMINED, could not be checked' } as const;
