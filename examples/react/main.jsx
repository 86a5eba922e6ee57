import { createRoot } from 'react-dom/client';
import { Classifier } from './Classifier.jsx';

createRoot(document.getElementById('root')).render(<Classifier model="model.onnx" src="picture.png" />);
