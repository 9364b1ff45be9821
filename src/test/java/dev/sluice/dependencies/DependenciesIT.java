package dev.sluice.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bill of materials in the jar names what is in the jar, and no library in it has an advisory. */
final class DependenciesIT {

    private static final Map<String, Long> CLASSES = new HashMap<>();
    private static List<SbomComponent> components;

    @BeforeAll
    static void read() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("sluice.jar"))) {
            classes(jar).forEach(entry -> CLASSES.put(entry.getName(), entry.getCrc()));
            components = SbomComponent.of(
                    new JsonObject(Buffer.buffer(jar.getInputStream(jar.getEntry("META-INF/sbom/sluice.cdx.json"))
                            .readAllBytes())));
        }
    }

    @Test
    void noLibraryHasAnAdvisoryThatIsNotAccepted() {
        assertThat(AdvisoryList.read().problems(components)).isEmpty();
    }

    /** Both ways: each class comes from a library that the bill names, and each library that it names is there. */
    @Test
    void theBillNamesEveryLibraryInTheJar() throws IOException {
        Set<String> named = new HashSet<>();
        components.forEach(each -> named.add(path(each)));
        Set<String> present = new HashSet<>();
        Set<String> unexplained = new HashSet<>(CLASSES.keySet());
        unexplained.removeIf(name -> name.startsWith("dev/sluice/"));
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!path.endsWith(".jar")) {
                continue;
            }
            try (JarFile library = new JarFile(path)) {
                List<String> shared = classes(library)
                        .filter(entry -> Long.valueOf(entry.getCrc()).equals(CLASSES.get(entry.getName())))
                        .map(ZipEntry::getName)
                        .toList();
                String folder =
                        path.substring(0, path.lastIndexOf(File.separatorChar)).replace(File.separatorChar, '/');
                named.stream().filter(folder::endsWith).forEach(name -> {
                    present.add(name);
                    shared.forEach(unexplained::remove);
                });
            }
        }

        assertThat(unexplained)
                .as("classes of libraries that the bill does not name")
                .isEmpty();
        assertThat(named)
                .as("libraries of the bill, and those on the class path")
                .isEqualTo(present);
    }

    @Test
    void eachLibraryHasAVersionAndALicense() {
        assertThat(components)
                .hasSizeGreaterThan(50)
                .allSatisfy(each -> assertThat(each.version()).isNotBlank())
                .allSatisfy(each -> assertThat(each.licenses())
                        .as(each.library())
                        .isNotEmpty()
                        .doesNotContain(""));
    }

    private static Stream<? extends ZipEntry> classes(JarFile jar) {
        return jar.stream().filter(entry -> entry.getName().endsWith(".class"));
    }

    /** Where a repository of Maven has it. */
    private static String path(SbomComponent component) {
        String[] names = component.library().split(":");
        return "/" + names[0].replace('.', '/') + "/" + names[1] + "/" + component.version();
    }
}
