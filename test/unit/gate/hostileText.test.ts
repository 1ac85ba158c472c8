import { parseClusterState } from '../../../gate/running/clusterState';
import { joinReports } from '../../../gate/running/joinReports';
import { renderJson, renderText } from '../../../gate/running/render';
import { faultsOf, HOSTILE_TEXTS, SECRET_TEXTS } from '../../support/printing/hostileText';

const item = (kind: string, metadata: object, fields: object, apiVersion = 'v1') => ({ apiVersion, kind, metadata, ...fields });

describe.each([...HOSTILE_TEXTS, ...SECRET_TEXTS])('%s in what a cluster says', (_what, text) => {
  const containers = [{ name: text, image: text }, { name: 'tag', image: 'ghcr.io/acme/x:v1' }, text];
  const owner = { ownerReferences: [{ kind: text, name: text, controller: true }], labels: { [text]: text } };
  const status = {
    containerStatuses: [
      { name: 'tag', imageID: text },
      { name: `other ${text}`, imageID: text },
    ],
  };
  const results = [
    { policy: 'models-images', result: 'fail', message: text },
    { policy: text, result: text },
    { policy: 'models-images', result: text },
  ];
  const state = parseClusterState(
    JSON.stringify({
      kind: 'List',
      items: [
        item(
          'Pod',
          { name: 'a', namespace: 'ml', uid: text, ...owner },
          { spec: { containers, volumes: [{ name: text, image: { reference: text } }] }, status },
        ),
        item('Pod', { name: text, namespace: text }, { spec: { containers } }),
        item(text, { name: text, namespace: text }, {}, text),
        item('PolicyReport', { namespace: 'ml' }, { scope: { kind: 'Pod', name: 'a', uid: text }, results }, 'wgpolicyk8s.io/v1'),
        text,
      ],
    }),
  );
  if (!state.ok) throw new Error(state.problems.join());
  const { reports, pods, unread } = state.value;
  const workloads = joinReports(reports, pods, new Map(), { admission: 'models', withReports: true });

  it.each([
    ['text', renderText(workloads, unread)],
    ['JSON', renderJson(workloads, undefined, unread).replaceAll('\\"', '"').replaceAll('\\\\', '\\')],
  ])('is not live as %s', (_format, printed) => {
    for (const line of printed.split('\n')) expect({ line, faults: faultsOf(line) }).toEqual({ line, faults: [] });
  });

  it('is a number of lines that does not depend on it', () => {
    expect(renderText(workloads, unread)).toContain('not checked');
    expect(printedLines(renderText(workloads, unread))).toBeLessThan(80);
  });
});

const printedLines = (text: string): number => text.split('\n').length;
