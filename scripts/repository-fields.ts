/** The fields of a manifest that say where a package comes from. */
export interface RepositoryFields {
  readonly homepage: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly type: "git"; readonly url: string; readonly directory: string };
}

/**
 * Makes the fields. Manifests of the checkout have none of them: where a package is released from is known when it is, and
 * npm refuses provenance when it is not that repository.
 *
 * @param repository - Owner and name, as in `GITHUB_REPOSITORY`.
 * @param folder - Folder of the package in the repository.
 * @throws TypeError when it is no owner and name.
 */
export function repositoryFields(repository: string, folder: string): RepositoryFields {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new TypeError("the repository must look like owner/name");
  const url = `https://github.com/${repository}`;
  return {
    homepage: `${url}/tree/main/${folder}#readme`,
    bugs: { url: `${url}/issues` },
    repository: { type: "git", url: `git+${url}.git`, directory: folder },
  };
}
