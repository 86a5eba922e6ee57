// The picture that the preview of a recipe shows until there is another: a test card, wider than it is
// high, that shows what is cut, stretched or turned, and the order of colours; or a drawn figure.

/** @param {{figure?: boolean}} [options] @returns {HTMLCanvasElement} */
export function testCard({ figure = false } = {}) {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  if (figure) drawFigure(context);
  else drawCard(context);
  return canvas;
}

/** @param {CanvasRenderingContext2D} context */
function drawCard(context) {
  const sky = context.createLinearGradient(0, 0, 320, 0);
  sky.addColorStop(0, '#111');
  sky.addColorStop(1, '#fafafa');
  context.fillStyle = sky;
  context.fillRect(0, 0, 320, 240);
  for (const [i, colour] of ['#e02b20', '#e8c21c', '#2fa84f', '#2b6fd6'].entries()) {
    context.fillStyle = colour;
    context.fillRect(i * 80, 168, 80, 72);
  }
  context.fillStyle = '#f3f3ee';
  context.beginPath();
  context.arc(160, 106, 82, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = '#1c1f1e';
  context.font = '120px sans-serif';
  context.textAlign = 'center';
  context.fillText('R', 160, 150);
}

/** A three, drawn with a pen on paper. @param {CanvasRenderingContext2D} context */
function drawFigure(context) {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 320, 240);
  Object.assign(context, { lineWidth: 15, lineCap: 'round', lineJoin: 'round', strokeStyle: '#1c1f1e' });
  context.beginPath();
  context.arc(160, 84, 38, -2.6, 1.5);
  context.arc(160, 160, 40, -1.5, 2.6);
  context.stroke();
}
