import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { install } from "./programs.js";

/** What a file says, unless Maven's own folder, where its libraries are, has been cleared meanwhile. */
export function readClassPath(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const classPath = readFileSync(file, "utf8");
  return classPath.split(delimiter).every((library) => existsSync(library)) ? classPath : undefined;
}

export interface ClassPathOptions {
  /** A list of versions that go together, `group:artifact:version`. */
  readonly bom?: string;
  /** A library that none of them may bring, `group:artifact`. */
  readonly without?: string;
}

/**
 * The class path of published artifacts, `group:artifact:version`, with what they stand on; found once for a folder.
 *
 * @throws {Missing} where they cannot be had
 */
export async function resolveClassPath(
  folder: string,
  artifacts: readonly string[],
  options: ClassPathOptions = {},
): Promise<string> {
  const file = join(folder, "classpath");
  const pom = pomOf(artifacts, options);
  const pomFile = join(folder, "pom.xml");
  const isSame = existsSync(pomFile) && readFileSync(pomFile, "utf8") === pom;
  const known = isSame ? readClassPath(file) : undefined;
  if (known !== undefined) return known;
  mkdirSync(folder, { recursive: true });
  writeFileSync(pomFile, pom);
  await install("mvn", ["-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=classpath"], { cwd: folder });
  return readFileSync(file, "utf8");
}

function pomOf(artifacts: readonly string[], { bom, without }: ClassPathOptions): string {
  const exclusions = without === undefined ? "" : `<exclusions><exclusion>${nameOf(without)}</exclusion></exclusions>`;
  const dependencies = artifacts.map((artifact) => `<dependency>${nameOf(artifact)}${exclusions}</dependency>`);
  const managed =
    bom === undefined
      ? ""
      : `<dependencyManagement><dependencies><dependency>${nameOf(bom)}<type>pom</type><scope>import</scope>
</dependency></dependencies></dependencyManagement>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>interop</artifactId><version>1</version>
${managed}<dependencies>
${dependencies.join("\n")}
</dependencies></project>
`;
}

function nameOf(artifact: string): string {
  const [group, name, version] = artifact.split(":");
  const end = version === undefined ? "" : `<version>${version}</version>`;
  return `<groupId>${group}</groupId><artifactId>${name}</artifactId>${end}`;
}
