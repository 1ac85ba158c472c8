import { parseArgs } from 'node:util';
import { startAdmissionRig } from '../../test/support/cluster/admissionRig';
import type { AdmissionRig } from '../../test/support/cluster/admissionRig';
import { restrictedPod } from '../../test/support/cluster/pods';
import { RELEASE_WORKFLOW } from '../../test/support/supplyChain';
import { CRD_SETS, provideCrds } from '../toolchain/crds';
import type { CrdSet } from '../toolchain/crds';
import {
  COSIGN,
  ETCD,
  GGCR_REGISTRY,
  KUBE_APISERVER,
  KUBE_APISERVER_NEWEST,
  KYVERNO,
  binaryPath,
  buildGoTool,
  pinnedVersion,
} from '../toolchain/goTool';
import { withProgress } from '../toolchain/progress';

const USAGE = `npm run cluster -- [--newest] [--crds SET,SET]

  --newest     the newest kube-apiserver instead of the one that Kyverno supports
  --crds SETS  custom resource definitions to install: ${CRD_SETS.filter((set) => set !== 'kyverno').join(', ')}`;

interface Choice {
  readonly newest: boolean;
  readonly crds: readonly CrdSet[];
}

const isCrdSet = (name: string): name is CrdSet => (CRD_SETS as readonly string[]).includes(name);

/** Undefined when the arguments are not understood. */
function choose(args: string[]): Choice | undefined {
  try {
    const { values } = parseArgs({ args, options: { newest: { type: 'boolean', default: false }, crds: { type: 'string' } } });
    const crds = values.crds?.split(',') ?? [];
    return crds.every(isCrdSet) ? { newest: values.newest, crds } : undefined;
  } catch {
    return undefined;
  }
}

/** `npm run cluster`: the rig of the cluster tests for a person; Ctrl-C ends it and leaves nothing. */
async function main(args: string[]): Promise<number> {
  const choice = choose(args);
  if (choice === undefined) {
    console.error(USAGE);
    return 2;
  }
  const { newest, crds } = choice;
  const tools = [ETCD, newest ? KUBE_APISERVER_NEWEST : KUBE_APISERVER, KYVERNO, COSIGN, GGCR_REGISTRY];
  for (const tool of tools) await withProgress(`${tool.name} ${pinnedVersion(tool)}`, () => buildGoTool(tool));
  for (const set of ['kyverno' as const, ...crds]) await withProgress(`custom resource definitions of ${set}`, () => provideCrds(set));

  const started = Date.now();
  const rig = await startAdmissionRig({
    version: newest ? 'newest' : '1.35',
    crds,
    onStep: (step) => console.log(`starting ${step} ...`),
  });
  try {
    await rig.cluster.namespace('models', { podSecurity: 'restricted' });
    await rig.kyverno.enforce(policy(rig), restrictedPod('models', 'unsigned', await rig.push('acme/unsigned')));
    console.log(`\nReady after ${((Date.now() - started) / 1000).toFixed(1)} s.\n\n${instructions(rig, await rig.push('acme/server'))}`);
    await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
    console.log('\nstopping ...');
    return 0;
  } finally {
    await rig.stop();
  }
}

/** Images of the rig's registry must be signed by the release workflow: something to try with. */
const policy = (rig: AdmissionRig) => ({
  apiVersion: 'policies.kyverno.io/v1',
  kind: 'ImageValidatingPolicy',
  metadata: { name: 'signed-by-release-workflow' },
  spec: {
    webhookConfiguration: { timeoutSeconds: 30 },
    evaluation: { background: { enabled: false } },
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] }],
    },
    matchImageReferences: [{ glob: `${rig.registry.address}/*` }],
    attestors: [rig.attestor('release', RELEASE_WORKFLOW)],
    validations: [
      {
        expression: 'images.containers.all(i, verifyImageSignatures(i, [attestors.release]) > 0)',
        message: `not signed by ${RELEASE_WORKFLOW.subject}`,
      },
    ],
  },
});

function instructions(rig: AdmissionRig, image: string): string {
  const pod = JSON.stringify(restrictedPod('models', 'server', image));
  const sign = ['sign', ...rig.sigstore.cosignArguments(RELEASE_WORKFLOW), image].join(' ');
  return `API server   ${rig.cluster.url}
kubeconfig   ${rig.cluster.kubeconfig}
registry     ${rig.registry.address} (plain HTTP)
Sigstore     trusted root ${rig.sigstore.trustedRootFile}
             TUF mirror   ${rig.tuf.url}
logs         ${rig.cluster.directory}/*.log

The namespace models enforces Pod Security "restricted"; the policy signed-by-release-workflow denies unsigned images.
There are no controllers and no kubelet: pods stay Pending, Deployments make none.

Try an image that is not signed yet, in another shell:

  export KUBECONFIG=${rig.cluster.kubeconfig}
  echo '${pod}' | kubectl create --dry-run=server -f -

Sign it as the release workflow (the token in the command is good for ten minutes), and try again:

  ${binaryPath(COSIGN)} ${sign}

Ctrl-C ends everything and leaves nothing.`;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
