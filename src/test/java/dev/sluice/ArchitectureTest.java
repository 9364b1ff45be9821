package dev.sluice;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The rules of {@code src/docs/architecture.md} that bytecode can show. What only the text shows is in
 * {@link SourcesTest}.
 */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    // Who may import whom

    private static final int LARGEST_PACKAGE = 40;

    private static final PackageTable TABLE = PackageTable.read();

    @ArchTest
    static final ArchRule packagesImportOnlyWhatTheTableAllows = classes().should(TABLE.importOnlyWhatTheTableAllows());

    @ArchTest
    static void tableHasEveryPackageAndNoOther(JavaClasses classes) {
        assertThat(TABLE.packages()).isEqualTo(packages(classes));
    }

    @ArchTest
    static void tableAllowsOnlyWhatIsUsed(JavaClasses classes) {
        TABLE.rows()
                .forEach((importing, names) -> assertThat(names)
                        .as("what %s may import", importing)
                        .allMatch(name -> classes.stream()
                                .filter(type -> importing.equals(PackageTable.packageOf(type)))
                                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                                .map(dependency -> PackageTable.packageOf(dependency.getTargetClass()))
                                .anyMatch(imported ->
                                        imported != null && PackageTable.covers(name, importing, imported))));
    }

    @ArchTest
    static final ArchRule nobodyImportsTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.sluice.cli..");

    @ArchTest
    static final ArchRule topLevelPackagesFormNoCycle =
            slices().matching("dev.sluice.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesOfAnyDepthFormNoCycle =
            slices().matching("dev.sluice.(**)").should().beFreeOfCycles();

    @ArchTest
    static void noPackageIsAWarehouse(JavaClasses classes) {
        Map<String, Long> sizes = classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        assertThat(sizes.entrySet()).isNotEmpty().allMatch(each -> each.getValue() <= LARGEST_PACKAGE);
    }

    @ArchTest
    static void noNameStandsForTwoClasses(JavaClasses classes) {
        Map<String, List<String>> byName = classes.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(
                        JavaClass::getSimpleName, Collectors.mapping(JavaClass::getName, Collectors.toList())));

        assertThat(byName.values()).isNotEmpty().allMatch(classNames -> classNames.size() == 1);
    }

    // What stays where

    @ArchTest
    static final ArchRule modelAndProtocolArePure = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.model..", "dev.sluice.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "java.net..", "java.nio.channels..")
            .because("a wire format is tried at every byte split, which wants no loop, no socket and no clock");

    @ArchTest
    static final ArchRule protocolReadsNoClock = noClasses()
            .that()
            .resideInAPackage("dev.sluice.protocol..")
            .should()
            .callMethodWhere(call(System.class, Set.of("currentTimeMillis", "nanoTime")))
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.time.Clock.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyBusTouchesTheEventBus = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.bus..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.core.eventbus..")
            .because("its typed addresses keep the default timeout of 30 s and the copying codecs away");

    @ArchTest
    static final ArchRule onlyProviderOpensOutboundHttp = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.provider..")
            .and()
            .doNotHaveFullyQualifiedName("dev.sluice.cli.HealthCommand")
            .and()
            .doNotHaveFullyQualifiedName("dev.sluice.cli.AdminHttp")
            .and()
            .doNotHaveFullyQualifiedName("dev.sluice.auth.jwt.JwksClient")
            .and()
            .haveNameNotMatching("dev\\.sluice\\.stream\\.BoundedGet(\\$Response)?")
            .and()
            .doNotHaveFullyQualifiedName("dev.sluice.admin.BudgetWebhook")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("io\\.vertx\\.core\\.http\\.(HttpClient|PoolOptions|WebSocketClient).*"
                    + "|io\\.vertx\\.ext\\.web\\.client\\..*|java\\.net\\.http\\..*|java\\.net\\.(Http)?URLConnection")
            .because("pools, deadlines and cancellation have one owner; HealthCommand asks only its own process,"
                    + " AdminHttp is the command line's way to a server that runs, JwksClient fetches one small"
                    + " document now and then, BoundedGet sends requests that others have opened, and"
                    + " BudgetWebhook posts one alert after the other to an address of the operator's");

    @ArchTest
    static final ArchRule untypedJsonStaysAtTheEdges = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.sluice.reload..",
                    "dev.sluice.admin..",
                    "dev.sluice.simulator..",
                    "dev.sluice.cli..",
                    "dev.sluice.auth..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx.core.json..")
            .because("inside, a request is a record or the bytes the client sent");

    // What an event loop must never do

    @ArchTest
    static final ArchRule nobodySleeps = noClasses()
            .should()
            .callMethodWhere(call(Thread.class, Set.of("sleep")))
            .orShould()
            .callMethodWhere(call(TimeUnit.class, Set.of("sleep")));

    @ArchTest
    static final ArchRule nobodyWaitsForAnother = noClasses()
            .that()
            .resideOutsideOfPackage("dev.sluice.cli..")
            .should()
            .callMethodWhere(call(io.vertx.core.Future.class, Set.of("await")))
            .orShould()
            .callMethodWhere(call(Future.class, Set.of("get", "join", "resultNow")))
            .orShould()
            .callMethodWhere(call(CountDownLatch.class, Set.of("await")))
            .orShould()
            .callMethodWhere(call(Object.class, Set.of("wait")))
            .because("a loop that waits stops every request it serves; the command line has a thread of its own");

    @ArchTest
    static final ArchRule nobodyJoinsAThread = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.sluice.observe.AccessLog")
            .should()
            .callMethodWhere(call(Thread.class, Set.of("join")))
            .because(
                    "only the access log has a thread of its own, which it joins at the stop, for two seconds at most");

    @ArchTest
    static final ArchRule noMethodIsSynchronized = noMethods().should().haveModifier(SYNCHRONIZED);

    // House style

    @ArchTest
    static final ArchRule outputGoesThroughLogOrCommandLine = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule oneLoggingFacade = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveNameMatching(".*(Helper|Utils?|Impl|Data)");

    private static Set<String> packages(JavaClasses classes) {
        return classes.stream()
                .map(PackageTable::packageOf)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private static DescribedPredicate<JavaMethodCall> call(Class<?> owner, Set<String> names) {
        return describe(
                "of " + owner.getSimpleName() + names,
                call -> assignableTo(owner).test(call.getTargetOwner()) && names.contains(call.getName()));
    }
}
