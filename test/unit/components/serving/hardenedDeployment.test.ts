import { parse } from 'yaml';
import { IMAGE, render } from './rendered';

/** The hardened Deployment of the document that this package began with, word for word. */
const DOCUMENT: unknown = parse(`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: model-serving
spec:
  template:
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        fsGroup: 1000
      containers:
        - name: inference
          image: ghcr.io/acme/ml-models/sentiment-serving:v2.1.0
          securityContext:
            readOnlyRootFilesystem: true
            allowPrivilegeEscalation: false
            capabilities:
              drop: ["ALL"]
          volumeMounts:
            - name: model-weights
              mountPath: /models
              readOnly: true
          resources:
            limits:
              memory: "4Gi"
              nvidia.com/gpu: "1"
      volumes:
        - name: model-weights
          persistentVolumeClaim:
            claimName: model-weights-pvc
            readOnly: true
`);

/** Every leaf with its path. Items of lists go by their name, as the API server merges them: `volumes[model-weights].readOnly`. */
function leaves(value: unknown, path = ''): readonly (readonly [path: string, value: unknown])[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => leaves(item, `${path}[${(item as { name?: string }).name ?? index}]`));
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`))
    : [[path, value]];
}

const IMAGE_PATH = 'spec.template.spec.containers[inference].image';

/** What a Pulumi resource says by its type. */
const BY_TYPE = ['apiVersion', 'kind'];

describe('the hardened Deployment of the document', () => {
  const documented = leaves(DOCUMENT).filter(([path]) => !BY_TYPE.includes(path));
  const { deployment } = render(
    {
      // The tag stays, for people; what runs is the digest.
      image: IMAGE.replace('@', ':v2.1.0@'),
      model: { kind: 'persistentVolumeClaim', claimName: 'model-weights-pvc', unverifiedUnsafe: 'as in the document' },
      gpu: { count: 1 },
    },
    'model-serving',
  );
  const rendered = new Map(leaves(deployment));

  it.each(documented.filter(([path]) => path !== IMAGE_PATH))('has %s: %p', (path, value) => {
    expect(rendered.get(path)).toBe(value);
  });

  it('has its image, by digest: the one difference, on purpose', () => {
    const [, image] = documented.find(([path]) => path === IMAGE_PATH)!;
    expect(rendered.get(IMAGE_PATH)).toMatch(new RegExp(`^${String(image)}@sha256:[0-9a-f]{64}$`));
  });

  it('is a strict subset: more is rendered, and of one container', () => {
    expect(documented).toHaveLength(17);
    expect(rendered.size).toBeGreaterThan(documented.length);
    expect(deployment.spec.template.spec!.containers).toHaveLength(1);
  });
});
