package dev.sluice.bench.soak;

/**
 * One look at a Sluice under load.
 *
 * @param heapKib in use after a collection
 * @param directKib in direct buffers that the JVM knows of
 * @param residentKib all of the process
 */
record SoakSample(double seconds, double heapKib, double directKib, double residentKib, double fileDescriptors) {}
