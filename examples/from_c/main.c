/* Finds the edges of a picture with functions that were written in Python: main INPUT.pgm OUTPUT.pgm STEEPNESS.f64
 *
 * libedges.h and libedges.so come from edges.py (aic build edges.py); neither Python nor aic is needed to run this. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "libedges.h"

static void fail(const char *what, const aic_error *e) {
  fprintf(stderr, "%s: %s: %s (%s, %s:%d)\n", what, e->exception, e->message, e->function, e->file, (int)e->line);
  exit(1);
}

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Binary PGM with 8 bits a pixel. */
static unsigned char *read_picture(const char *path, int *rows, int *columns) {
  FILE *f = fopen(path, "rb");
  int most;
  if (!f || fscanf(f, "P5 %d %d %d", columns, rows, &most) != 3 || most != 255 || fgetc(f) == EOF) {
    fprintf(stderr, "%s is no 8-bit PGM picture\n", path);
    exit(1);
  }
  size_t size = (size_t)*rows * (size_t)*columns;
  unsigned char *pixels = malloc(size);
  if (!pixels || fread(pixels, 1, size, f) != size) {
    fprintf(stderr, "%s is cut off\n", path);
    exit(1);
  }
  fclose(f);
  return pixels;
}

int main(int count, char **names) {
  if (count != 4) {
    fprintf(stderr, "usage: %s INPUT.pgm OUTPUT.pgm STEEPNESS.f64\n", names[0]);
    return 2;
  }
  int rows, columns;
  unsigned char *pixels = read_picture(names[1], &rows, &columns);
  size_t size = (size_t)rows * (size_t)columns;
  double *brightness = malloc(size * sizeof *brightness);
  unsigned char *marked = calloc(size, 1);
  if (!brightness || !marked) return 1;
  for (size_t k = 0; k < size; ++k) brightness[k] = pixels[k] / 255.0;

  aic_error error;
  aic_f64_2 image = aic_f64_2_of(brightness, rows, columns), steep;
  aic_u8_2 marks = aic_u8_2_of(marked, rows, columns);
  int64_t edges;
  double start = now();
  if (steepness(&image, &steep, &error)) fail("steepness", &error);
  if (mark_edges(&steep, 0.03, &marks, &edges, &error)) fail("mark_edges", &error);
  double seconds = now() - start;

  /* What goes wrong in Python code comes back as a code and a message. */
  marks.shape[0] -= 1;
  if (mark_edges(&steep, 0.03, &marks, &edges, &error) != AIC_VALUE_ERROR) return 1;
  printf("a wrong call: %s: %s (line %d of edges.py)\n", error.exception, error.message, (int)error.line);

  FILE *f = fopen(names[2], "wb");
  if (!f) return 1;
  fprintf(f, "P5 %d %d 255\n", columns, rows);
  fwrite(marked, 1, size, f);
  fclose(f);
  f = fopen(names[3], "wb");
  if (!f) return 1;
  fwrite(steep.data, sizeof(double), size, f);
  fclose(f);
  printf("%d x %d pixels, %" PRId64 " on edges, %.2f ms\n", columns, rows, edges, 1e3 * seconds);
  free(steep.data);
  free(marked);
  free(brightness);
  free(pixels);
  return 0;
}
