import { ResourceImages } from '../../../policy-pack/resourceImages';
import { UNKNOWN, engineProps } from '../image-sources/engineProps';
import { SIGNED, UNSIGNED, modelServing, pod } from './packArguments';

const pathsOf = (images: ResourceImages, args: ReturnType<typeof pod>) =>
  images.of({ ...args, props: engineProps(args.props) }).map(({ path }) => path);

describe('when a ModelServing and its child carry the same image', () => {
  it('is told once, at the argument that the author wrote', () => {
    const images = new ResourceImages();
    const component = modelServing(SIGNED);
    expect(pathsOf(images, component)).toEqual(['image']);
    expect(pathsOf(images, pod([SIGNED], { parent: component.urn }))).toEqual([]);
  });

  it('is told again at a resource that is not its child', () => {
    const images = new ResourceImages();
    pathsOf(images, modelServing(SIGNED));
    expect(pathsOf(images, pod([SIGNED]))).toEqual(['spec.containers[0].image']);
    expect(pathsOf(images, pod([SIGNED], { parent: 'urn:pulumi:dev::test::other::x' }))).toEqual(['spec.containers[0].image']);
  });

  it('is told at the child if the child is seen first: nothing may rely on the order', () => {
    const images = new ResourceImages();
    const component = modelServing(SIGNED);
    expect(pathsOf(images, pod([SIGNED], { parent: component.urn }))).toEqual(['spec.containers[0].image']);
    expect(pathsOf(images, component)).toEqual(['image']);
  });
});

describe('when the child carries another image', () => {
  it('tells that one there', () => {
    const images = new ResourceImages();
    const component = modelServing(SIGNED);
    pathsOf(images, component);
    expect(pathsOf(images, pod([SIGNED, UNSIGNED], { parent: component.urn }))).toEqual(['spec.containers[1].image']);
  });

  it('does not take a longer or shorter reference for the same', () => {
    const images = new ResourceImages();
    const component = modelServing('ghcr.io/acme/x:v1');
    pathsOf(images, component);
    const others = ['ghcr.io/acme/x:v10', 'ghcr.io/acme/x:v', 'ghcr.io/acme/x', ' ghcr.io/acme/x:v1'];
    expect(pathsOf(images, pod(others, { parent: component.urn }))).toHaveLength(others.length);
  });
});

describe('when an image is unknown', () => {
  it('is told once for parent and child', () => {
    const images = new ResourceImages();
    const component = modelServing(UNKNOWN);
    expect(pathsOf(images, component)).toEqual(['image']);
    expect(pathsOf(images, pod([UNKNOWN], { parent: component.urn }))).toEqual([]);
  });

  it('is told at the child if the parent knew another, and the other way round', () => {
    const images = new ResourceImages();
    const known = modelServing(SIGNED, { name: 'known' });
    const unknown = modelServing(UNKNOWN, { name: 'unknown' });
    pathsOf(images, known);
    pathsOf(images, unknown);
    expect(pathsOf(images, pod([UNKNOWN], { parent: known.urn }))).toEqual(['spec.containers[0].image']);
    expect(pathsOf(images, pod([SIGNED], { parent: unknown.urn }))).toEqual(['spec.containers[0].image']);
  });
});

describe('when an image is unreadable', () => {
  it('is told at parent and child: both must be corrected', () => {
    const images = new ResourceImages();
    const component = modelServing(42);
    expect(pathsOf(images, component)).toEqual(['image']);
    expect(pathsOf(images, pod([42], { parent: component.urn }))).toEqual(['spec.containers[0].image']);
  });
});
