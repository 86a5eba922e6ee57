// Sine and cosine in double precision, of angles of any size. The library's reduce angles by tables
// and loops of 3 KB, for the last bit of doubles; these are within 4e-16 of the result, and
// float32 asks for less.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_ANGLE_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_ANGLE_H_

namespace gossamer {

// NaN for angles that are not finite.
double sine(double angle);
double cosine(double angle);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_ANGLE_H_
