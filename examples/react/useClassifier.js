// A classifier for as long as a component is there: { classifier, progress, error }.
import { useEffect, useState } from 'react';
import { ImageClassifier } from 'gossamer';

export function useClassifier(model, options) {
  const [state, setState] = useState({ progress: 0 });
  // Options are compared by what they say: callers write them anew for each rendering.
  const settings = JSON.stringify(options ?? {});
  useEffect(() => {
    const stop = new AbortController();
    let made;
    setState({ progress: 0 });
    ImageClassifier.createFromModelPath(model, {
      ...JSON.parse(settings),
      signal: stop.signal,
      onProgress: (received, total) => setState({ progress: total ? received / total : 0 }),
    }).then((classifier) => {
      made = classifier;
      if (stop.signal.aborted) classifier.close();
      else setState({ progress: 1, classifier });
    }, (error) => {
      if (!stop.signal.aborted) setState({ progress: 0, error });
    });
    return () => {
      stop.abort();
      made?.close();
    };
  }, [model, settings]);
  return state;
}
