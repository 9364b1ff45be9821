package dev.sluice.bench.soak;

/**
 * One sample of a Sluice under load.
 *
 * @param heapKib heap in use after a collection
 * @param directKib direct buffers known to the JVM
 * @param residentKib resident memory of the process
 */
record SoakSample(double seconds, double heapKib, double directKib, double residentKib, double fileDescriptors) {}
