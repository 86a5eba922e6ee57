// Shows a picture and the likeliest classes of it.
import { useEffect, useRef, useState } from 'react';
import { useClassifier } from './useClassifier.js';

const options = { maxResults: 3 };

export function Classifier({ model, src }) {
  const { classifier, progress, error } = useClassifier(model, options);
  const [answer, setAnswer] = useState({ classes: [] });
  const picture = useRef(null);
  useEffect(() => {
    if (!classifier) return undefined;
    const stop = new AbortController();
    const classify = async () => {
      await picture.current.decode();
      const { classifications } = await classifier.classify(picture.current, { signal: stop.signal });
      setAnswer({ classes: classifications[0].categories });
    };
    classify().catch((failure) => {
      if (!stop.signal.aborted) setAnswer({ classes: [], failure });
    });
    return () => stop.abort();
  }, [classifier, src]);
  const failure = error ?? answer.failure;
  return (
    <figure>
      <img ref={picture} src={src} alt="" />
      <figcaption>
        {failure ? <p role="alert">{failure.message}</p> : !classifier ? <progress value={progress} /> : (
          <ol>{answer.classes.map(({ index, categoryName, score }) => <li key={index}>{categoryName}: {(100 * score).toFixed(1)} %</li>)}</ol>
        )}
      </figcaption>
    </figure>
  );
}
