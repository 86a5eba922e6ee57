import Classes from './classes.jsx';

// Rendered on the server, which imports the library as well.
export default function Page() {
  return <main><h1>Next.js</h1><Classes model="/model.onnx" picture="/picture.png" /></main>;
}
