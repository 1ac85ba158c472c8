import { attempt } from '../../support/attack/attempt';
import type { Answer } from '../../support/attack/attempt';
import { fakeInternet, patient, reference, testClient } from '../../support/registry';

const MANIFEST =
  '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}';

/** A public registry that redirects to a name over https. */
async function pull(address: string): Promise<Answer> {
  const found = [{ address, family: 4 }];
  const resolve = ((_name: string, _options: unknown, done: (error: null, all: typeof found) => void) => done(null, found)) as never;
  const internet = fakeInternet(
    {
      'https://reg.example.com/v2/team/app/manifests/v1': () =>
        new Response(null, { status: 307, headers: { location: 'https://storage.example.com/x' } }),
      'https://storage.example.com/x': () => new Response(MANIFEST),
    },
    { peers: { 'reg.example.com': '8.8.4.4' }, looksUp: true },
  );
  try {
    const answer = await testClient({ resolve }).resolve(reference('reg.example.com/team/app:v1'), patient());
    return answer.ok ? { outcome: 'accepted', codes: [] } : { outcome: 'undetermined', codes: [answer.finding.code] };
  } finally {
    internet.restore();
  }
}

for (const inside of ['10.0.0.1', '169.254.169.254', '127.0.0.1']) {
  attempt(`sends us to ${inside} by a name`, {
    attacker: 'runs a registry and its DNS',
    control: () => pull('8.8.8.8'),
    attack: () => pull(inside),
    expected: { outcome: 'undetermined', code: 'registry-redirect-refused' },
  });
}
