import { ENFORCEMENT_LABEL } from '../../../components/namespace/labels';
import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { KYVERNO, MERGE, MODELS, describeGuards } from '../../support/attack/guardedCluster';
import type { GuardedCluster } from '../../support/attack/guardedCluster';

const attacker = 'may do everything in the cluster, and is no administrator of the admission';
const expected = { outcome: 'denied', code: 'models-guard-namespaces' } as const;
const path = (name: string, subresource = '') => `/api/v1/namespaces/${name}${subresource}`;
const labels = (value: string | null) => ({ metadata: { labels: { [ENFORCEMENT_LABEL]: value } } });

describeGuards('the label of a namespace', (guarded) => {
  const label = (name: string, change: (api: GuardedCluster, fields: object) => Promise<Answer>, without: object, harmless: object) =>
    attempt(name, { attacker, expected, control: () => change(guarded(), harmless), attack: () => change(guarded(), without) });
  const stays = { metadata: { annotations: { note: 'x' } } };

  for (const subresource of ['', '/status']) {
    const where = `namespaces/X${subresource}`;
    label(`takes the label off by PATCH ${where}`, (api, body) => api.ask('PATCH', path(MODELS, subresource), body), labels(null), stays);
    label(
      `sets the label to another value by PATCH ${where}`,
      (api, body) => api.ask('PATCH', path(MODELS, subresource), body),
      labels('false'),
      stays,
    );
    label(
      `takes the label off by JSON patch of ${where}`,
      (api, body) => api.ask('PATCH', path(MODELS, subresource), body, { contentType: 'application/json-patch+json' }),
      [{ op: 'remove', path: `/metadata/labels/${ENFORCEMENT_LABEL.replace('/', '~1')}` }],
      [{ op: 'add', path: '/metadata/annotations', value: { note: 'x' } }],
    );
  }
  for (const subresource of ['', '/status', '/finalize']) {
    attempt(`takes the label off by PUT namespaces/X${subresource}`, {
      attacker,
      expected,
      control: async () => guarded().ask('PUT', path(MODELS, subresource), await guarded().read(path(MODELS))),
      attack: async () => {
        const namespace = await guarded().read(path(MODELS));
        return guarded().ask('PUT', path(MODELS, subresource), { ...namespace, metadata: { ...namespace.metadata, labels: {} } });
      },
    });
  }
  for (const subresource of ['', '/status']) {
    const applied = (value: string) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: MODELS, labels: { [ENFORCEMENT_LABEL]: value } },
    });
    label(
      `applies another value on the server's side, to namespaces/X${subresource}`,
      (api, body) =>
        api.ask('PATCH', `${path(MODELS, subresource)}?fieldManager=tenant&force=true`, body, {
          contentType: 'application/apply-patch+yaml',
        }),
      applied('off'),
      applied('true'),
    );
  }
  attempt('deletes the namespace, to make it again without the label', {
    attacker,
    expected,
    control: () => guarded().ask('DELETE', path('team')),
    attack: () => guarded().ask('DELETE', path(MODELS)),
  });
  attempt('has the garbage collector delete the namespace', {
    attacker,
    expected,
    control: () => guarded().ask('DELETE', path('team'), undefined, { as: GARBAGE_COLLECTOR }),
    attack: () => guarded().ask('DELETE', path(MODELS), undefined, { as: GARBAGE_COLLECTOR }),
  });
  attempt('deletes the namespace of Kyverno, which then removes its webhooks', {
    attacker,
    expected,
    control: () => guarded().ask('DELETE', path('team')),
    attack: () => guarded().ask('DELETE', path(KYVERNO)),
  });
  attempt('has the label promise what does not hold, by namespaces/kube-system/status', {
    attacker,
    expected,
    control: () => guarded().ask('PATCH', path('kube-system', '/status'), stays, { contentType: MERGE }),
    attack: () => guarded().ask('PATCH', path('kube-system', '/status'), labels('true')),
  });
});

const GARBAGE_COLLECTOR = {
  name: 'system:serviceaccount:kube-system:generic-garbage-collector',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system'],
};
