'use client';
import { useEffect, useState } from 'react';
import { ImageClassifier } from 'gossamer';

export default function Classes({ model, picture }) {
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    let classifier;
    const stop = new AbortController();
    const classify = async () => {
      classifier = await ImageClassifier.createFromModelPath(model, { maxResults: 1, signal: stop.signal });
      const image = new Image();
      image.src = picture;
      await image.decode();
      const { classifications } = await classifier.classify(image);
      const { worker } = await classifier.info();
      setAnswer(JSON.stringify({ label: classifications[0].categories[0].categoryName, worker }));
    };
    classify().catch((error) => { if (!stop.signal.aborted) setAnswer(JSON.stringify(error.message)); });
    return () => {
      stop.abort();
      classifier?.close();
    };
  }, [model, picture]);
  return <p id="answer">{answer}</p>;
}
